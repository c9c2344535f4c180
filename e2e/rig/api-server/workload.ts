/** What benchmarks do to an API server, each as one turn with one result. All clients work at the same time. */
import { configMaps, podTemplates, type ConfigMap, type PodTemplate } from '@knative-ts/api/kubernetes'
import type { ConnectedClient } from '@knative-ts/kube'
import { forkPart, messageOf, release } from '../child.ts'
import { epochMs } from '../epoch.ts'
import type { Target } from './target.ts'
import type { WatchOrder, WatchReport } from './watchers-process.ts'

const payload = 'x'.repeat(1024)

const mapOf = (namespace: string, name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { payload }
})

/** Does `count` things, one after the other in each client. Resolves with how many were done a second. */
async function perSecond(
  { clients }: Target,
  count: number,
  one: (client: ConnectedClient, index: number) => Promise<unknown>
): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    clients.map(async (client) => {
      for (let index = next++; index < count; index = next++) await one(client, index)
    })
  )
  return (1000 * count) / (performance.now() - began)
}

/** Creates ConfigMaps of 1 KiB, named from `first` on. Resolves with creates a second. */
export const create = (target: Target, namespace: string, first: number, count: number): Promise<number> =>
  perSecond(target, count, (client, index) => client.create(configMaps, mapOf(namespace, `filler-${first + index}`)))

/**
 * Applies PodTemplates, a kind that no controller cares for: each of `objects` in turn, every time with another image, so that managed fields of a nested
 * object are merged and written. Resolves with applies a second.
 */
export const apply = (target: Target, namespace: string, turn: number, count: number, objects: number): Promise<number> =>
  perSecond(target, count, (client, index) => {
    const name = `applied-${index % objects}`
    const patch = { type: 'apply', body: templateOf(namespace, name, `${turn}-${index}`), force: true } as const
    return client.patch(podTemplates, { namespace, name }, patch, { fieldManager: 'bench' })
  })

function templateOf(namespace: string, name: string, tag: string): PodTemplate {
  const container = (one: string) => ({
    name: one,
    image: `registry.example/app:${tag}`,
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      { name: 'A', value: tag },
      { name: 'B', value: 'b' }
    ],
    resources: { requests: { cpu: '100m', memory: '64Mi' } }
  })
  return {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name, namespace, labels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [container('main'), container('side')] } }
  }
}

/** Milliseconds of one list of a namespace, the answer read but not parsed. Throws unless it holds `count` objects. */
export async function list({ clients }: Target, namespace: string, count: number): Promise<number> {
  const began = performance.now()
  const { body } = await (clients[0] as ConnectedClient).raw({ method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps` })
  const took = performance.now() - began
  // Counted where the items begin: managed fields hold no names.
  const found = body.split('"name":"filler-').length - 1
  if (found !== count) throw new Error(`a list has ${found} objects, not ${count}`)
  return took
}

/** How a namespace is watched while it is written. */
export interface Watched {
  readonly namespace: string
  readonly watchers: number
  readonly events: number
  readonly perSecond: number
}

/** Milliseconds from each write's request to each watcher's event. The namespace must be empty. */
export async function watch({ config, clients }: Target, { namespace, watchers, events, perSecond: rate }: Watched): Promise<number[]> {
  const { server, ca, certificate } = config
  const cluster = { server, ...(ca === undefined ? {} : { ca }), ...(certificate === undefined ? {} : { certificate }) }
  const order: WatchOrder = { cluster, path: `/api/v1/namespaces/${namespace}/configmaps?watch=true`, watchers, events }
  const child = forkPart('watchers')
  child.send(order)
  if ((await messageOf(child)) !== 'open') throw new Error('the watchers do not say that they are open')
  const report = messageOf<WatchReport>(child)
  const sent: number[] = []
  const began = performance.now()
  const writes: Promise<unknown>[] = []
  for (let index = 0; index < events; index++) {
    const wait = began + (index * 1000) / rate - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    sent.push(epochMs())
    writes.push((clients[index % clients.length] as ConnectedClient).create(configMaps, mapOf(namespace, `w-${index}`)))
  }
  await Promise.all(writes)
  const { times } = await report
  await release(child)
  return times.flatMap((seen) => seen.map((at, index) => at - (sent[index] ?? Number.NaN)))
}
