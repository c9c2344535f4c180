/** A standalone with Services of the images in e2e/images, and what its data path costs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { knativeServices } from '@knative-ts/api'
import { hostOf, readyService, serviceOf, type ServiceSketch } from './knative-service.ts'
import { descendants } from './processes.ts'
import { root, startStandalone, type StandaloneProcess } from './standalone-process.ts'

/** Starts standalone with the test images, and these Services; resolves when all are Ready, with their hosts by name. */
export async function standaloneWith(
  sketches: readonly ServiceSketch[]
): Promise<{ readonly standalone: StandaloneProcess; readonly hosts: Readonly<Record<string, string>> }> {
  const standalone = await startStandalone({ args: ['--images', join(root, 'e2e/images')] })
  try {
    const { client } = standalone
    await Promise.all(sketches.map((sketch) => client.create(knativeServices, serviceOf(sketch))))
    const ready = await Promise.all(sketches.map(async ({ name }) => [name, hostOf(await readyService(client, name))] as const))
    return { standalone, hosts: Object.fromEntries(ready) }
  } catch (error) {
    await standalone.stop()
    throw error
  }
}

/** Annotations of a Service that always has one pod, with the activator in the path of every request. */
export const onePodBehindActivator = {
  'autoscaling.knative.dev/min-scale': '1',
  'autoscaling.knative.dev/max-scale': '1',
  'autoscaling.knative.dev/target-burst-capacity': '-1'
}

/** Resident MiB of every process of the data path, by its pid and role. */
export function residentMiB(standalone: StandaloneProcess): Map<string, number> {
  const roles = /\/(gateway|activator|queue-proxy)\/main\.mjs$/
  return new Map(
    descendants(standalone.process.pid ?? 0).flatMap(({ pid, command }) => {
      const role = roles.exec(command)?.[1]
      return role === undefined ? [] : [[`${role} ${pid}`, residentOf(pid)]]
    })
  )
}

function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // Ended meanwhile.
    return 0
  }
}
