/** StatefulSet: defaults, rules, and the few fields that may change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { countOf, countOrPercent, each, label, noneNegative, notMoreThanAll, notNegative, optionalWord } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelProblems } from '../names.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { checkLasting, checkMatch, checkOwnSelector, checkTemplate, defaultTemplate, type Template } from '../pods/template.rules.ts'
import { isEmptySelector, isSelector, shownSelector } from '../selector.rules.ts'
import { checkClaimSpec } from '../storage/claim-spec.rules.ts'
import { claimSizeWarnings } from '../warnings.ts'
import { checkCounts } from './status.rules.ts'

const COUNTED = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const
const FROZEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

function checkStrategy(strategy: k8s.StatefulSetUpdateStrategy | undefined): Cause[] {
  const field = 'spec.updateStrategy'
  const { type = '', rollingUpdate: rolling } = strategy ?? {}
  const shown = rolling == null ? null : { Partition: rolling.partition ?? 0, MaxUnavailable: rolling.maxUnavailable ?? null }
  if (type === 'OnDelete')
    return rolling == null ? [] : [invalidValue(`${field}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'")]
  if (type !== 'RollingUpdate') return [invalidValue(field, { Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'")]
  const causes = notNegative(`${field}.rollingUpdate.partition`, rolling?.partition)
  const most = rolling?.maxUnavailable
  if (most === undefined) return causes
  const at = `${field}.rollingUpdate.maxUnavailable`
  causes.push(...countOrPercent(at, most))
  if (countOf(most) === 0) causes.push(invalidValue(at, most, 'cannot be 0'))
  return [...causes, ...notMoreThanAll(at, most)]
}

/** The template as the controller completes it: claims are volumes, host names its own. */
function completed(spec: k8s.StatefulSetSpec): Template {
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '')
  const { subdomain: _subdomain, hostname: _hostname, ...pod } = spec.template?.spec ?? ({ containers: [] } as unknown as k8s.PodSpec)
  const volumes = [
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(pod.volumes ?? []).filter(({ name }) => !claims.includes(name))
  ]
  return { ...spec.template, spec: { ...pod, ...(volumes.length === 0 ? {} : { volumes }) } }
}

function checkSpec(spec: k8s.StatefulSetSpec): Cause[] {
  const policy = spec.podManagementPolicy
  const causes: Cause[] = []
  if (policy !== 'OrderedReady' && policy !== 'Parallel')
    causes.push(invalidValue('spec.podManagementPolicy', policy ?? '', "must be 'OrderedReady' or 'Parallel'"))
  causes.push(...checkStrategy(spec.updateStrategy))
  const retention = spec.persistentVolumeClaimRetentionPolicy
  for (const name of ['whenDeleted', 'whenScaled'] as const)
    causes.push(...optionalWord(`spec.persistentVolumeClaimRetentionPolicy.${name}`, retention?.[name], ['Retain', 'Delete']))
  causes.push(...noneNegative('spec', spec, ['replicas', 'minReadySeconds']), ...notNegative('spec.ordinals.start', spec.ordinals?.start))
  causes.push(...checkOwnSelector(spec.selector, 'spec.selector', 'statefulset'))
  if (!isSelector(spec.selector)) causes.push(invalidValue('spec.selector', shownSelector(spec.selector), ''))
  else {
    const template = completed(spec)
    if (spec.selector == null || !isEmptySelector(spec.selector)) causes.push(...checkMatch(spec.selector, template, 'spec.template'))
    causes.push(...checkTemplate(template, 'spec.template'))
  }
  return [...causes, ...checkLasting(spec.template, 'spec.template', 'StatefulSet')]
}

const NO_SPEC = { template: {} } as k8s.StatefulSetSpec

export const statefulSetRules: KindRules<k8s.StatefulSet> = {
  generation: 'spec',
  nameProblems: labelProblems,
  updateFirst: false,
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    spec.revisionHistoryLimit ??= 10
    spec.podManagementPolicy ??= 'OrderedReady'
    spec.updateStrategy ??= {}
    if (spec.updateStrategy.type === undefined) {
      spec.updateStrategy.type = 'RollingUpdate'
      spec.updateStrategy.rollingUpdate ??= {}
    }
    // The field is behind a feature that is off.
    if (spec.updateStrategy.rollingUpdate !== undefined) delete spec.updateStrategy.rollingUpdate.maxUnavailable
    if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate !== undefined)
      spec.updateStrategy.rollingUpdate.partition ??= 0
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...spec.persistentVolumeClaimRetentionPolicy
    }
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion = 'v1'
      claim.kind = 'PersistentVolumeClaim'
      claim.status = { ...claim.status, phase: claim.status?.phase ?? 'Pending' }
      if (claim.spec !== undefined) claim.spec.volumeMode ??= 'Filesystem'
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.status = { replicas: 0, availableReplicas: 0 }
  },
  check: ({ spec }) => checkSpec(spec ?? NO_SPEC),
  checkCreate: ({ spec }) => [
    ...each(spec?.volumeClaimTemplates, 'spec.volumeClaimTemplates', (claim, at) => checkClaimSpec(claim.spec, `${at}.spec`)),
    ...(spec?.serviceName ? label('spec.serviceName', spec.serviceName) : [])
  ],
  checkUpdate({ spec }, before) {
    const frozen = (of: k8s.StatefulSetSpec | undefined) => {
      const { replicas: _replicas, ordinals: _ordinals, template: _template, updateStrategy: _strategy, ...rest } = of ?? NO_SPEC
      const { minReadySeconds: _seconds, revisionHistoryLimit: _limit, persistentVolumeClaimRetentionPolicy: _policy, ...kept } = rest
      return kept
    }
    return sameJson(frozen(spec), frozen(before.spec)) ? [] : [forbiddenField('spec', FROZEN)]
  },
  checkStatus: ({ status }) =>
    checkCounts(status, ['replicas', ...COUNTED, 'observedGeneration', 'collisionCount'], COUNTED, 'status.readyReplicas'),
  warnings({ spec }, before) {
    const claims = spec?.volumeClaimTemplates ?? []
    const limit = spec?.revisionHistoryLimit ?? 0
    return [
      ...(before !== undefined && sameJson(spec, before.spec) ? [] : podWarnings(spec?.template ?? {}, 'spec.template.')),
      ...claims.flatMap((claim, index) =>
        claim.spec === undefined
          ? []
          : claimSizeWarnings(claim.spec, `spec.volumeClaimTemplates[${index}].${before === undefined ? 'spec' : 'Spec'}`)
      ),
      ...(limit < 0 ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : [])
    ]
  }
}
