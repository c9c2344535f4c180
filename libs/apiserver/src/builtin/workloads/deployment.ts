/** Deployment and ReplicaSet: defaults, rules, and what may not change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, unsupportedValue, type Cause } from '../../http/errors.ts'
import { countOf, countOrPercent, immutable, noneNegative, notMoreThanAll, notNegative } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { checkSelected, defaultTemplate } from '../pods/template.rules.ts'
import { hostNameWarnings } from '../warnings.ts'
import { sameJson } from '../../requests/same-json.ts'
import { checkCounts } from './status.rules.ts'

const HOST_NAMES = 'Pod names and hostnames'
const COUNTED = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const

function checkStrategy(strategy: k8s.DeploymentStrategy | undefined): Cause[] {
  const field = 'spec.strategy'
  const { type = '', rollingUpdate: rolling } = strategy ?? {}
  if (type === 'Recreate')
    return rolling == null ? [] : [forbiddenField(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
  if (type !== 'RollingUpdate') {
    const shown = {
      Type: type,
      RollingUpdate: rolling == null ? null : { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 }
    }
    return [unsupportedValue(field, shown, ['Recreate', 'RollingUpdate'])]
  }
  const { maxUnavailable, maxSurge } = rolling ?? {}
  const at = `${field}.rollingUpdate`
  const causes = [...countOrPercent(`${at}.maxUnavailable`, maxUnavailable), ...countOrPercent(`${at}.maxSurge`, maxSurge)]
  if (countOf(maxUnavailable) === 0 && countOf(maxSurge) === 0)
    causes.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'))
  return [...causes, ...notMoreThanAll(`${at}.maxUnavailable`, maxUnavailable)]
}

function checkDeployment({ spec }: k8s.Deployment): Cause[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec ?? {}
  const causes = [
    ...notNegative('spec.replicas', spec?.replicas),
    ...checkSelected(spec?.selector, spec?.template),
    ...checkStrategy(spec?.strategy),
    ...noneNegative('spec', spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'])
  ]
  if (deadline != null && deadline <= minReadySeconds)
    causes.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
  return causes
}

export const deploymentRules: KindRules<k8s.Deployment> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    spec.revisionHistoryLimit ??= 10
    spec.progressDeadlineSeconds ??= 600
    spec.strategy ??= {}
    spec.strategy.type ??= 'RollingUpdate'
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate }
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(deployment) {
    deployment.status = {}
  },
  check: checkDeployment,
  checkUpdate: ({ spec }, before) => immutable('spec.selector', spec?.selector, before.spec?.selector),
  checkStatus({ status }, before) {
    const causes = checkCounts(status, ['observedGeneration', 'replicas', ...COUNTED, 'unavailableReplicas', 'collisionCount'], COUNTED)
    if ((status?.collisionCount ?? 0) < (before.status?.collisionCount ?? 0))
      causes.push(invalidValue('status.collisionCount', status?.collisionCount ?? 0, 'cannot be decremented'))
    return causes
  },
  warnings: ({ metadata, spec }, before) => {
    if (before !== undefined) return sameJson(spec, before.spec) ? [] : podWarnings(spec?.template ?? {}, 'spec.template.')
    return [...hostNameWarnings(metadata.name, HOST_NAMES), ...podWarnings(spec?.template ?? {}, 'spec.template.')]
  }
}

export const replicaSetRules: KindRules<k8s.ReplicaSet> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.status = { replicas: 0 }
  },
  check: ({ spec }) => [...noneNegative('spec', spec, ['replicas', 'minReadySeconds']), ...checkSelected(spec?.selector, spec?.template)],
  checkUpdate: ({ spec }, before) => immutable('spec.selector', spec?.selector, before.spec?.selector),
  checkStatus: ({ status }) =>
    checkCounts(
      status,
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']
    ),
  warnings: deploymentRules.warnings as KindRules<k8s.ReplicaSet>['warnings'] & object
}
