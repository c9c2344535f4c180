/** DaemonSet: defaults, rules, and what may not change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { countOf, countOrPercent, immutable, noneNegative, notMoreThanAll } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { checkLasting, checkMatch, checkTemplate, defaultTemplate } from '../pods/template.rules.ts'
import { checkSelector, isEmptySelector, isSelector, shownSelector } from '../selector.rules.ts'

/** Counts changes of the template: the generation of the pods that old clients knew. */
const GENERATION = 'deprecated.daemonset.template.generation'
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount'
] as const

function checkStrategy(strategy: k8s.DaemonSetUpdateStrategy | undefined): Cause[] {
  const field = 'spec.updateStrategy'
  const { type = '', rollingUpdate: rolling } = strategy ?? {}
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') {
    const shown = rolling == null ? null : { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 }
    return [unsupportedValue(field, { Type: type, RollingUpdate: shown }, ['RollingUpdate', 'OnDelete'])]
  }
  const { maxUnavailable, maxSurge } = rolling ?? {}
  const at = `${field}.rollingUpdate`
  const causes = [
    ...countOrPercent(`${at}.maxUnavailable`, maxUnavailable),
    ...countOrPercent(`${at}.maxSurge`, maxSurge),
    ...notMoreThanAll(`${at}.maxUnavailable`, maxUnavailable),
    ...notMoreThanAll(`${at}.maxSurge`, maxSurge)
  ]
  const [gone, extra] = [countOf(maxUnavailable) !== 0, countOf(maxSurge) !== 0]
  if (gone && extra) causes.push(invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (!gone && !extra) causes.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  return causes
}

function checkDaemonSet({ spec }: k8s.DaemonSet): Cause[] {
  const selector = spec?.selector
  const causes = checkSelector(selector, 'spec.selector')
  if (isSelector(selector)) causes.push(...checkMatch(selector ?? undefined, spec?.template, 'spec.template'))
  if (selector != null && isEmptySelector(selector))
    causes.push(invalidValue('spec.selector', shownSelector(selector), 'empty selector is invalid for daemonset'))
  return [
    ...causes,
    ...checkTemplate(spec?.template, 'spec.template'),
    ...checkLasting(spec?.template, 'spec.template', 'DaemonSet'),
    ...noneNegative('spec', spec, ['minReadySeconds']),
    ...checkStrategy(spec?.updateStrategy),
    ...noneNegative('spec', spec, ['revisionHistoryLimit'])
  ]
}

export const daemonSetRules: KindRules<k8s.DaemonSet> = {
  generation: 'spec',
  updateFirst: true,
  defaults({ spec }) {
    if (spec === undefined) return
    spec.revisionHistoryLimit ??= 10
    spec.updateStrategy ??= {}
    spec.updateStrategy.type ??= 'RollingUpdate'
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy.rollingUpdate }
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.metadata.annotations = { ...set.metadata.annotations, [GENERATION]: '1' }
    set.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }
  },
  prepareUpdate(set, before) {
    const old = Number(before.metadata.annotations?.[GENERATION] ?? 0)
    const isNew = !sameJson(set.spec?.template, before.spec?.template)
    set.metadata.annotations = { ...set.metadata.annotations, [GENERATION]: String(isNew ? old + 1 : old) }
  },
  check: checkDaemonSet,
  checkUpdate: ({ spec }, before) => immutable('spec.selector', spec?.selector, before.spec?.selector),
  checkStatus({ status }, before) {
    const causes = noneNegative('status', status, COUNTS)
    if ((status?.collisionCount ?? 0) < (before.status?.collisionCount ?? 0))
      causes.push(invalidValue('status.collisionCount', status?.collisionCount ?? 0, 'cannot be decremented'))
    return causes
  },
  warnings: ({ spec }, before) =>
    before !== undefined && sameJson(spec?.template, before.spec?.template) ? [] : podWarnings(spec?.template ?? {}, 'spec.template.')
}
