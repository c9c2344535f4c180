/** Whether a pod keeps to its limits of local storage, in the words of the kubelet's eviction manager. Pure but for the measuring. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'

/** Measures parts of a pod, bytes. */
export interface PodStorage {
  emptyDir(volume: k8s.Volume): Promise<number>
  /** Log and writable layer of a container. */
  container(name: string): Promise<number>
}

const storage = 'ephemeral-storage'

/** Undefined while the pod keeps to them; else why it is evicted. */
export async function storageExcess({ spec }: k8s.Pod, measure: PodStorage): Promise<string | undefined> {
  const volumes = (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined)
  const dirs = new Map<string, number>()
  const containers = spec?.containers ?? []
  const limits = containers.map(({ resources }) => resources?.limits?.[storage]).filter((limit) => limit !== undefined)
  const sized = volumes.filter(({ emptyDir }) => limitOf(emptyDir?.sizeLimit) !== undefined)
  for (const volume of limits.length > 0 ? volumes : sized) dirs.set(volume.name, await measure.emptyDir(volume))
  for (const { name, emptyDir } of sized) {
    const limit = limitOf(emptyDir?.sizeLimit) as number
    if ((dirs.get(name) ?? 0) > limit) return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `
  }
  if (limits.length === 0) return undefined
  const used = new Map<string, number>()
  for (const { name } of containers) used.set(name, await measure.container(name))
  const onDisk = volumes.filter(({ emptyDir }) => emptyDir?.medium !== 'Memory').map(({ name }) => dirs.get(name) ?? 0)
  const total = [...used.values(), ...onDisk].reduce((sum, bytes) => sum + bytes, 0)
  const allowed = limits.reduce((sum, limit) => sum + parseQuantity(limit), 0)
  if (total > allowed) {
    const text = limits.length === 1 ? limits[0] : binaryText(allowed)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${text}. `
  }
  for (const { name, resources } of containers) {
    const limit = resources?.limits?.[storage]
    if (limit !== undefined && (used.get(name) ?? 0) > parseQuantity(limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `
  }
  return undefined
}

/** True when there is something to look at. */
export const limitsStorage = ({ spec }: k8s.Pod): boolean =>
  (spec?.volumes ?? []).some(({ emptyDir }) => limitOf(emptyDir?.sizeLimit) !== undefined) ||
  (spec?.containers ?? []).some(({ resources }) => resources?.limits?.[storage] !== undefined)

/** Zero is no limit. */
function limitOf(quantity: string | undefined): number | undefined {
  const bytes = quantity === undefined ? 0 : parseQuantity(quantity)
  return bytes > 0 ? bytes : undefined
}

/** In the largest unit that leaves a whole number. */
function binaryText(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti']
  let unit = 0
  let value = bytes
  while (value % 1_024 === 0 && value > 0 && unit < units.length - 1) {
    value /= 1_024
    unit++
  }
  return `${value}${units[unit]}`
}
