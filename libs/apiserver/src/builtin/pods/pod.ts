/** Pod: defaults, what the server derives, what may change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import type { KindRules } from '../kind-rules.ts'
import { defaultPodSpec } from './pod-spec.defaults.ts'
import { checkPodSpec } from './pod-spec.rules.ts'

const TOLERATION_SECONDS = 300
const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export const podRules: KindRules<k8s.Pod> = {
  generation: 'spec',
  defaults(pod) {
    const { spec } = pod
    if (spec === undefined) return
    defaultPodSpec(spec)
    spec.enableServiceLinks ??= true
    if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
    else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  },
  prepareCreate(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClassOf(pod) } as k8s.PodStatus
    const { spec } = pod
    if (spec === undefined) return
    spec.preemptionPolicy ??= 'PreemptLowerPriority'
    spec.priority ??= 0
    tolerateLostNodes(spec)
  },
  prepareUpdate(pod, before) {
    // Clients that never heard of these leave them out; they are not theirs to drop.
    if (pod.status !== undefined && before.status?.qosClass !== undefined) pod.status.qosClass ??= before.status.qosClass
    if (pod.spec === undefined || before.spec === undefined) return
    if (before.spec.priority !== undefined) pod.spec.priority ??= before.spec.priority
    if (before.spec.preemptionPolicy !== undefined) pod.spec.preemptionPolicy ??= before.spec.preemptionPolicy
  },
  check(pod) {
    return checkPodSpec(pod.spec ?? ({ containers: [] } as k8s.PodSpec), 'spec')
  },
  checkUpdate(pod, before): readonly Cause[] {
    return sameJson(frozenPart(pod.spec, before.spec), frozenPart(before.spec, before.spec)) ? [] : [forbiddenField('spec', CHANGEABLE)]
  },
  fields: {
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIP ?? '',
    'status.podIPs': (pod) => pod.status?.podIPs?.map((one) => one.ip).join(',') ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? ''
  }
}

/** The part of a spec that updates may not touch; node name belongs to `pods/binding`. */
function frozenPart(spec: k8s.PodSpec | undefined, before: k8s.PodSpec | undefined): unknown {
  if (spec === undefined) return undefined
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, containers, initContainers, ...rest } = spec
  const plain = (list: readonly k8s.Container[] | undefined) => list?.map(({ image: _image, ...container }) => container)
  const grace =
    (before?.terminationGracePeriodSeconds ?? 0) < 0 ? before?.terminationGracePeriodSeconds : rest.terminationGracePeriodSeconds
  return { ...rest, terminationGracePeriodSeconds: grace, containers: plain(containers), initContainers: plain(initContainers) }
}

/** Admission plugin DefaultTolerationSeconds. */
function tolerateLostNodes(spec: k8s.PodSpec): void {
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = spec.tolerations?.some((one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect))
    if (tolerated !== true) {
      spec.tolerations = [
        ...(spec.tolerations ?? []),
        { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }
      ]
    }
  }
}

/** Guaranteed: every container's CPU and memory limits equal its requests. BestEffort: none names any. */
function qosClassOf(pod: k8s.Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  const named = (list: Readonly<Record<string, unknown>> | undefined) => list?.['cpu'] !== undefined || list?.['memory'] !== undefined
  if (!containers.some(({ resources }) => named(resources?.limits) || named(resources?.requests))) return 'BestEffort'
  const guaranteed = containers.every(({ resources }) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resources?.limits?.[name]
      return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit
    })
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
