/** Pod: defaults, what the server derives, what may change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import type { KindRules } from '../kind-rules.ts'
import { hostNameWarnings } from '../warnings.ts'
import { checkImage } from './container.rules.ts'
import { dropDisabled } from './disabled-fields.ts'
import { applyLabelKeys } from './label-keys.ts'
import { checkPodStatus } from './pod-status.rules.ts'
import { defaultPod, defaultPodSpec } from './pod-spec.defaults.ts'
import { checkPodSpec } from './pod-spec.rules.ts'
import { checkResize, keepResizeOnly } from './pod-resize.rules.ts'
import { checkEphemeralUpdate, checkPodUpdate } from './pod-update.rules.ts'
import { podWarnings } from './pod-warnings.ts'
import { qosClassOf } from './qos.ts'
import { tolerateLostNodes } from './toleration.defaults.ts'

const NONE = { containers: [] } as unknown as k8s.PodSpec
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const MIRROR = 'kubernetes.io/config.mirror'
const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates'
}

/** One address and the list of all: the list follows the one where they differ. */
function matchAddresses(status: k8s.PodStatus | undefined): void {
  if (status == null) return
  const first = status.podIPs?.[0]?.ip
  if (status.podIP && first !== status.podIP) status.podIPs = [{ ip: status.podIP }]
  else if (first) status.podIP = first
}

export const podRules: KindRules<k8s.Pod> = {
  generation: 'spec',
  defaults({ spec, status }) {
    matchAddresses(status)
    if (spec === undefined) return
    dropDisabled(spec)
    defaultPodSpec(spec)
    defaultPod(spec)
    if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1
    if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
    else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  },
  prepareCreate(pod, facts) {
    pod.status = { phase: 'Pending', qosClass: qosClassOf(pod) } as k8s.PodStatus
    const { spec } = pod
    if (spec === undefined) return
    if ((spec.schedulingGates ?? []).length > 0)
      pod.status.conditions = [{ ...GATED, lastTransitionTime: facts.now } as unknown as k8s.PodCondition]
    applyLabelKeys(pod)
  },
  prepareUpdate(pod, before) {
    // Clients that never heard of these leave them out; they are not theirs to drop.
    if (pod.status !== undefined && before.status?.qosClass !== undefined) pod.status.qosClass ??= before.status.qosClass
    if (pod.spec === undefined || before.spec === undefined) return
    // The plugin that adds them on creation looks at every write.
    if (pod.metadata.deletionTimestamp === undefined) tolerateLostNodes(pod.spec)
    if (before.spec.priority !== undefined) pod.spec.priority ??= before.spec.priority
    if (before.spec.preemptionPolicy !== undefined) pod.spec.preemptionPolicy ??= before.spec.preemptionPolicy
  },
  check: checkPod,
  checkCreate({ spec }) {
    const causes: Cause[] = []
    if ((spec?.ephemeralContainers ?? []).length > 0) causes.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'))
    if (spec?.nodeName && (spec.schedulingGates ?? []).length > 0)
      causes.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
    return causes
  },
  checkUpdate: checkPodUpdate,
  checkStatus: checkPodStatus,
  parts: {
    ephemeralcontainers: {
      prepare(pod, before) {
        const { ephemeralContainers } = pod.spec ?? NONE
        const { ephemeralContainers: _old, ...rest } = structuredClone(before.spec ?? NONE)
        pod.spec = { ...rest, ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }) }
      },
      check: checkEphemeralUpdate
    },
    resize: { prepare: keepResizeOnly, check: checkResize }
  },
  warnings: (pod, before) =>
    before === undefined ? [...hostNameWarnings(pod.metadata.name, "the Pod's hostname"), ...podWarnings(pod, '')] : [],
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

function checkPod({ metadata, spec = NONE }: k8s.Pod): Cause[] {
  const cost = metadata.annotations?.[DELETION_COST]
  const mirror = metadata.annotations?.[MIRROR]
  const causes: Cause[] = []
  if (mirror !== undefined && !spec.nodeName)
    causes.push(invalidValue(`metadata.annotations[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'))
  if (cost !== undefined && !isInt32(cost))
    causes.push(invalidValue(`metadata.annotations[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
  causes.push(...checkPodSpec(spec, 'spec', metadata.name ?? ''))
  for (const list of ['containers', 'initContainers'] as const)
    (spec[list] ?? []).forEach((container, index) => causes.push(...checkImage(container, `spec.${list}[${index}]`)))
  return causes
}

const isInt32 = (text: string) => /^(0|-?[1-9]\d*)$/.test(text) && Number(text) === (Number(text) | 0)
