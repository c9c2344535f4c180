/** Containers as processes of this machine: the rig's are. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Pod } from '@knative-ts/api/kubernetes'
import { until } from '../../rig/until.ts'

/** The container's first process, as this machine numbers it. Throws when it runs elsewhere, or not at all. */
export function processOf(pod: Pod, container: string): number {
  const { containerID = '' } = pod.status?.containerStatuses?.find(({ name }) => name === container) ?? {}
  const id = containerID.replace(/^.*:\/\//, '')
  if (id === '') throw new Error(`pod ${pod.metadata.name}: container ${container} has not been started`)
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOf(pid, id))
  // The first process of a container has the number 1 in it.
  const first = found.find((pid) => /^NSpid:.*\t1$/m.test(textOf(`/proc/${pid}/status`)))
  if (first === undefined) throw new Error(`pod ${pod.metadata.name}: no process of container ${container} is on this machine`)
  return first
}

/** `kill -9`; resolves when its main thread is gone. */
export async function killProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await until(`process ${pid} is gone`, async () => !/^State:\t[^ZX]/m.test(textOf(`/proc/${pid}/status`)), 10_000, 5)
}

const isOf = (pid: number, id: string): boolean => textOf(`/proc/${pid}/cgroup`).includes(id)

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Ended meanwhile.
    return ''
  }
}
