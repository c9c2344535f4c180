/** The conditions of the node, with the kubelet's reasons and messages. Pure. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { MachineRoom } from './machine.ts'

/** Below this a pod cannot be started in good order. A kubelet's default too. bytes. */
const leastMemory = 100 * 1_024 * 1_024
/** A kubelet wants a tenth of the disk, which a large disk of a developer often lacks without any need: this much is enough of any. bytes. */
const enoughDisk = 512 * 1_024 * 1_024
const leastDiskShare = 0.1
/** Of a hundred inodes. */
const leastInodes = 1
const leastProcesses = 256

type Finding = readonly [type: string, bad: boolean, good: readonly [string, string], evil: readonly [string, string]]

/** All conditions. One whose status stays keeps its transition time. `now` is RFC 3339; with `leaving` the node is shutting down. */
export function nodeConditionsOf(
  room: MachineRoom,
  before: readonly k8s.NodeCondition[],
  now: string,
  leaving = false
): k8s.NodeCondition[] {
  const inodesShort = room.inodesTotal > 0 && (room.inodes / room.inodesTotal) * 100 < leastInodes
  const pressures: Finding[] = [
    [
      'MemoryPressure',
      room.memoryBytes < leastMemory,
      ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available']
    ],
    [
      'DiskPressure',
      room.diskBytes < Math.min(enoughDisk, room.diskTotalBytes * leastDiskShare) || inodesShort,
      ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['KubeletHasDiskPressure', 'kubelet has disk pressure']
    ],
    [
      'PIDPressure',
      room.processes < leastProcesses,
      ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available']
    ]
  ]
  const conditions = pressures.map(([type, bad, good, evil]) => ({ type, status: bad ? 'True' : 'False', words: bad ? evil : good }))
  const ready = leaving ? ['KubeletNotReady', 'node is shutting down'] : ['KubeletReady', 'kubelet is posting ready status']
  return [...conditions, { type: 'Ready', status: leaving ? 'False' : 'True', words: ready }].map(({ type, status, words }) => {
    const old = before.find((each) => each.type === type)
    const [reason = '', message = ''] = words
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? now) : now
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime }
  })
}

/** Taints that keep pods away while the conditions hold, as the node controller sets them. */
export function pressureTaintsOf(conditions: readonly k8s.NodeCondition[]): k8s.Taint[] {
  return conditions.flatMap(({ type, status }) => {
    const key = pressureTaints[type]
    return key !== undefined && status === (type === 'Ready' ? 'False' : 'True') ? [{ key, effect: 'NoSchedule' }] : []
  })
}

const pressureTaints: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  Ready: 'node.kubernetes.io/not-ready'
}

/** True for a taint that {@link pressureTaintsOf} may set. */
export const isPressureTaint = ({ key, effect }: k8s.Taint): boolean =>
  effect === 'NoSchedule' && Object.values(pressureTaints).includes(key)
