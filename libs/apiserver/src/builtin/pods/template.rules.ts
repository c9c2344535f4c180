/** Rules of templates of pods, and of their fit to the controller that makes pods of them. */
import type { ObjectMeta } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { compileLabelSelector } from '../../requests/label-selector.ts'
import { checkAnnotations, checkLabels } from '../metadata.rules.ts'
import { checkSelector, isEmptySelector, isSelector, shownSelector, sorted } from '../selector.rules.ts'
import { defaultPodSpec } from './pod-spec.defaults.ts'
import { checkPodSpec } from './pod-spec.rules.ts'
import { dropDisabled } from './disabled-fields.ts'

export interface Template {
  metadata?: ObjectMeta
  spec?: k8s.PodSpec
}

const NONE = { containers: [] } as unknown as k8s.PodSpec

export function defaultTemplate(template: Template | undefined): void {
  if (template?.spec === undefined) return
  dropDisabled(template.spec)
  defaultPodSpec(template.spec)
  if ((template.spec.terminationGracePeriodSeconds ?? 0) < 0) template.spec.terminationGracePeriodSeconds = 1
}

/** Rules of a template by itself. */
export function checkTemplate(template: Template | undefined, field: string): Cause[] {
  const causes = [
    ...checkLabels(template?.metadata?.labels, `${field}.labels`),
    ...checkAnnotations(template?.metadata?.annotations, `${field}.annotations`),
    ...checkPodSpec(template?.spec ?? NONE, `${field}.spec`)
  ]
  if ((template?.spec?.ephemeralContainers ?? []).length > 0)
    causes.push(forbiddenField(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  return causes
}

/** Pods that run for ever. `kind` is the controller as the reference calls it in refusals. */
export function checkLasting(template: Template | undefined, field: string, kind: string): Cause[] {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {}
  const causes = restartPolicy === 'Always' ? [] : [unsupportedValue(`${field}.spec.restartPolicy`, restartPolicy ?? '', ['Always'])]
  if (activeDeadlineSeconds != null)
    causes.push(forbiddenField(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`))
  return causes
}

/** The selector does not choose the pods that the template makes. */
export function checkMatch(selector: k8s.LabelSelector | undefined, template: Template | undefined, field: string): Cause[] {
  const labels = template?.metadata?.labels
  // No selector chooses nothing.
  if (selector !== undefined && compileLabelSelector(selector)(labels)) return []
  return [invalidValue(`${field}.metadata.labels`, sorted(labels), '`selector` does not match template `labels`')]
}

/** A selector that has to be there and name something. `kind` as in refusals; `why` what is said of one that is none. */
export function checkOwnSelector(selector: k8s.LabelSelector | undefined | null, field: string, kind: string): Cause[] {
  if (selector === undefined || selector === null) return [required(field)]
  const causes = checkSelector(selector, field)
  return isEmptySelector(selector)
    ? [...causes, invalidValue(field, shownSelector(selector), `empty selector is invalid for ${kind}`)]
    : causes
}

/** Selector and template of a Deployment or ReplicaSet: a template is only looked at with a selector that can be used. */
export function checkSelected(selector: k8s.LabelSelector | undefined, template: Template | undefined): Cause[] {
  const causes = checkOwnSelector(selector, 'spec.selector', 'deployment')
  if (!isSelector(selector)) return [...causes, invalidValue('spec.selector', shownSelector(selector), 'invalid label selector')]
  const isEmpty = selector !== undefined && selector !== null && isEmptySelector(selector)
  return [
    ...causes,
    ...(isEmpty ? [] : checkMatch(selector ?? undefined, template, 'spec.template')),
    ...checkTemplate(template, 'spec.template'),
    ...checkLasting(template, 'spec.template', 'ReplicaSet')
  ]
}
