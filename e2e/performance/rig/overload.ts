/** A real activator in a memory cgroup, in front of two revisions with one pod each. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@knative-ts/kubelet/free-port'
import { readyPod, revision } from '@knative-ts/testing/builders'
import { startFakeApiServer } from '@knative-ts/testing/fake-api-server'
import { fakeCluster } from '@knative-ts/testing/fake-cluster'
import { FakeAutoscaler } from '../../../apps/activator/src/testing/fake-autoscaler.ts'
import { buildAnchors } from './anchors.ts'
import type { Load } from './load.ts'
import { memoryCgroup, type MemoryCgroup } from './memory-cgroup.ts'
import { cores, served } from './pinned.ts'
import { startRole, type Role } from './role.ts'

const memoryBytes = 256 * 2 ** 20
const podPort = 8012

/** The user container of both revisions. */
export const container = { concurrency: 10, sleepMs: 50 } as const
/** Requests a second that one pod can answer. */
export const capacity = (container.concurrency * 1000) / container.sleepMs

export const revisionNames = ['flooded-00001', 'behaving-00001'] as const
export type RevisionName = (typeof revisionNames)[number]

export interface OverloadRig {
  /** The load generator. */
  readonly program: string
  readonly activator: Role
  readonly cgroup: MemoryCgroup
  /** What reaches a revision: address and headers. */
  to(name: RevisionName): Pick<Load, 'address' | 'headers'>
  stop(): Promise<void>
}

/** Starts all of it. Rejects where no cgroup can be made. `main`: another bundle of the activator. */
export async function startOverloadRig(main?: string): Promise<OverloadRig> {
  const program = await buildAnchors()
  const cgroup = memoryCgroup(memoryBytes)
  const stops: (() => Promise<unknown>)[] = [() => cgroup.remove()]
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one()
  }
  try {
    const directory = await mkdtemp(join(tmpdir(), 'overload-'))
    stops.push(() => rm(directory, { recursive: true }))
    const autoscaler = await new FakeAutoscaler().open()
    stops.push(() => autoscaler.close())
    const cluster = fakeCluster({ objects: [autoscaler.slice()] })
    for (const [index, name] of revisionNames.entries()) {
      const ip = `127.66.${process.pid & 0xff}.${index + 1}`
      const limits = ['-delay', `${container.sleepMs}ms`, '-limit', String(container.concurrency)]
      const pod = await served(cores.others, program('backend'), ['-pod', '-listen', `${ip}:${podPort}`, ...limits])
      stops.push(() => pod.stop())
      cluster.put(revision({ metadata: { name }, spec: { containerConcurrency: container.concurrency } }))
      cluster.put(readyPod({ metadata: { name, labels: { 'serving.knative.dev/revision': name } }, status: { podIP: ip } }))
    }
    const api = await startFakeApiServer({ cluster })
    stops.push(() => api.kill())
    const kubeconfig = join(directory, 'kubeconfig')
    await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(api.url)))
    const port = await freePort()
    const env = { KUBECONFIG: kubeconfig, POD_NAME: 'activator-1', POD_IP: '127.0.0.1', HTTP_PORT: String(port), H2C_PORT: '0' }
    const activator = await startRole('activator', { env, core: cores.proxy, main, inside: cgroup.inside })
    stops.push(() => activator.stop())
    const headersOf = (name: RevisionName): Record<string, string> => ({
      'Knative-Serving-Namespace': 'default',
      'Knative-Serving-Revision': name
    })
    const to = (name: RevisionName): Pick<Load, 'address' | 'headers'> => ({ address: `127.0.0.1:${port}`, headers: headersOf(name) })
    return { program: program('load'), activator, cgroup, to, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'bench',
  clusters: [{ name: 'bench', cluster: { server } }],
  users: [{ name: 'bench', user: { token: 'none' } }],
  contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }]
})
