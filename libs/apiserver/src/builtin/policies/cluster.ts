/** Lease, Node, PriorityClass, RuntimeClass, ServiceAccount: kinds with a rule or two. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { blockProblems } from '../addresses.ts'
import { each, immutable, named, word } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { checkLabels } from '../metadata.rules.ts'
import { labelProblems, subdomainProblems } from '../names.ts'
import { checkAmount, checkResources } from '../pods/resources.rules.ts'
import { checkTaints, checkTolerations } from '../pods/scheduling.rules.ts'
import { nodeLabelWarning } from '../warnings.ts'

export const leaseRules: KindRules<k8s.Lease> = {
  nameProblems: subdomainProblems,
  check({ spec }) {
    const { leaseDurationSeconds: seconds, leaseTransitions: count, strategy, preferredHolder } = spec ?? {}
    const causes: Cause[] = []
    if (seconds != null && seconds <= 0) causes.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'))
    if (count != null && count < 0) causes.push(invalidValue('spec.leaseTransitions', count, 'must be greater than or equal to 0'))
    if (preferredHolder && !strategy) causes.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
    return causes
  }
}

export const nodeRules: KindRules<k8s.Node> = {
  defaults({ status }) {
    if (status?.capacity !== undefined) status.allocatable ??= { ...status.capacity }
  },
  check({ spec, status }) {
    const amounts = (['capacity', 'allocatable'] as const).flatMap((part) =>
      Object.entries(status?.[part] ?? {}).flatMap(([name, value]) => checkAmount(name, value, `status.${part}.${name}`))
    )
    return [...checkTaints(spec?.taints, 'metadata.taints'), ...amounts]
  },
  checkCreate: ({ spec }) => each(spec?.podCIDRs, 'spec.podCIDRs', (block, at) => named(at, block, blockProblems)),
  checkUpdate({ spec }, before) {
    const causes: Cause[] = []
    const [now, old] = [spec?.podCIDRs ?? [], before.spec?.podCIDRs ?? []]
    if (old.length > 0 && !sameJson(now, old))
      causes.push(forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
    const provider = before.spec?.providerID
    if (provider && provider !== spec?.providerID)
      causes.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'))
    return causes
  },
  fields: { 'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false) }
}

const SYSTEM_PREFIX = 'system-'
const SYSTEM_CLASSES: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 }
const HIGHEST_PRIORITY = 1_000_000_000

function checkSystemClass({ metadata: { name = '' }, value, globalDefault }: k8s.PriorityClass): Cause[] {
  const known = SYSTEM_CLASSES[name]
  const refuse = (error: string) => [
    forbiddenField('metadata.name', `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${error}`)
  ]
  if (known === undefined) return refuse(`${name} is not a known system priority class`)
  if ((value ?? 0) !== known) return refuse(`value of ${name} PriorityClass must be ${known}`)
  return globalDefault === true ? refuse(`globalDefault of ${name} PriorityClass must be false`) : []
}

export const priorityClassRules: KindRules<k8s.PriorityClass> = {
  defaults(priority) {
    priority.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  // Begins with a generation, and stays at it.
  prepareCreate({ metadata }) {
    metadata.generation = 1
  },
  checkCreate(priority) {
    const { metadata, value, preemptionPolicy } = priority
    const causes: Cause[] = metadata.name?.startsWith(SYSTEM_PREFIX) === true ? checkSystemClass(priority) : []
    if (metadata.name?.startsWith(SYSTEM_PREFIX) !== true && (value ?? 0) > HIGHEST_PRIORITY)
      causes.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`))
    return [...causes, ...word('preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never'])]
  },
  checkUpdate: (priority, before) => [
    ...((priority.value ?? 0) === (before.value ?? 0) ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...immutable('preemptionPolicy', priority.preemptionPolicy, before.preemptionPolicy)
  ]
}

export const runtimeClassRules: KindRules<k8s.RuntimeClass> = {
  checkCreate({ handler = '', overhead, scheduling }) {
    const seen = new Set<string>()
    return [
      ...named('handler', handler, labelProblems),
      ...(overhead == null ? [] : checkResources({ limits: overhead.podFixed ?? {} }, 'overhead')),
      ...checkLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
      ...checkTolerations(scheduling?.tolerations, 'scheduling.tolerations.tolerations'),
      ...each(scheduling?.tolerations, 'scheduling.tolerations', ({ key, operator, value, effect, tolerationSeconds }, at) => {
        const which = JSON.stringify([key, operator, value, effect])
        const shown = {
          Key: key ?? '',
          Operator: operator ?? '',
          Value: value ?? '',
          Effect: effect ?? '',
          TolerationSeconds: tolerationSeconds ?? null
        }
        if (seen.has(which)) return [duplicateValue(at, shown)]
        seen.add(which)
        return []
      })
    ]
  },
  checkUpdate: ({ handler }, before) => immutable('handler', handler, before.handler),
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => nodeLabelWarning('scheduling.nodeSelector', key))
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'

export const serviceAccountRules: KindRules<k8s.ServiceAccount> = {
  warnings: ({ metadata }, before) =>
    metadata.annotations?.[MOUNTABLE] !== undefined && before?.metadata.annotations?.[MOUNTABLE] === undefined
      ? [`metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]
      : []
}
