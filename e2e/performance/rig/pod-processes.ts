/** Processes of containers on this machine, found by the cgroup that the kubelet gave their pod. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Pod } from '@knative-ts/api/kubernetes'

export interface ContainerProcesses {
  readonly pod: string
  readonly container: string
  readonly pids: readonly number[]
}

/** Of those pods that run. Throws when a container of theirs has no process here: the node is another machine. */
export function processesOf(pods: readonly Pod[]): readonly ContainerProcesses[] {
  const byId = new Map<string, number[]>()
  for (const name of readdirSync('/proc')) {
    const id = /^\d+$/.test(name) ? containerIdOf(name) : undefined
    if (id !== undefined) byId.set(id, [...(byId.get(id) ?? []), Number(name)])
  }
  return pods.flatMap(({ metadata, status }) =>
    status?.phase !== 'Running'
      ? []
      : (status?.containerStatuses ?? []).map(({ name, containerID = '' }) => {
          const pids = byId.get(containerID.replace(/^.*\/\//, ''))
          if (pids === undefined)
            throw new Error(`pod ${metadata.name}: container ${name} runs on another machine; this benchmark reads /proc`)
          return { pod: metadata.name ?? '', container: name, pids }
        })
  )
}

function containerIdOf(pid: string): string | undefined {
  try {
    return /([0-9a-f]{64})(\.scope)?$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1]
  } catch {
    // Ended between the listing and the look.
    return undefined
  }
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** User and system time of a process so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
