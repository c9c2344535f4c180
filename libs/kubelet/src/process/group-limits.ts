import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'
import type { GroupLimits } from './cgroup-hierarchy.ts'

/** What the group of a container is given: as the kubelet does, no request for CPU is the least share, and a limit alone is the request too. */
export function limitsOf({ resources }: k8s.Container): GroupLimits & { readonly cpuRequestMilli: number } {
  const milli = (text: string | undefined): number | undefined => (text === undefined ? undefined : Math.ceil(parseQuantity(text) * 1000))
  const { memory, cpu } = resources?.limits ?? {}
  return {
    memoryBytes: memory === undefined ? undefined : parseQuantity(memory),
    cpuMilli: milli(cpu),
    cpuRequestMilli: milli(resources?.requests?.cpu) ?? milli(cpu) ?? 0
  }
}
