/** What the benchmark of the API server does to it, and measures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configMaps, namespaces, type ConfigMap } from '@knative-ts/api/kubernetes'
import { connect, loadClusterConfig, type ConnectedClient } from '@knative-ts/kube'
import type { ServerStarted } from './server-process.ts'
import type { WatchOrder, WatchReport } from './watchers-process.ts'
import { forkPart, messageOf, release } from '../child.ts'
import { epochMs } from '../epoch.ts'
import { figure, percentile } from '../figure.ts'
import { machine } from '../machine.ts'
import { nodeFlags, temporaryDirectory } from '../standalone-process.ts'

const clients = 8
const objects = 10_000
const listed = 5_000
const lists = 10
const watchers = 100
const writesPerSecond = 200
const watchSeconds = 10
const payload = 'x'.repeat(1024)

const mapOf = (namespace: string, name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { payload }
})

/** Resident memory of a process in MiB. */
function rssMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** Creates objects in two namespaces, half in each, eight at a time. Resolves with creates a second. */
async function fill(connected: readonly ConnectedClient[]): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    connected.map(async (client) => {
      for (let index = next++; index < objects; index = next++)
        await client.create(configMaps, mapOf(index < listed ? 'one' : 'two', `filler-${index}`))
    })
  )
  return (1000 * objects) / (performance.now() - began)
}

/** Milliseconds of each list of all objects of one namespace, the answer read but not parsed. */
async function list(client: ConnectedClient): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < lists; run++) {
    const began = performance.now()
    const { body } = await client.raw({ method: 'GET', path: '/api/v1/namespaces/one/configmaps' })
    times.push(performance.now() - began)
    if (run === 0 && body.split('"name":"filler-').length - 1 !== listed) throw new Error(`a list does not have ${listed} objects`)
  }
  return times
}

/** Milliseconds from each write's request to each watcher's event. */
async function watch(order: WatchOrder, connected: readonly ConnectedClient[]): Promise<number[]> {
  const child = forkPart('watchers')
  child.send(order)
  if ((await messageOf(child)) !== 'open') throw new Error('the watchers do not say that they are open')
  const report = messageOf<WatchReport>(child)
  const sent: number[] = []
  const began = performance.now()
  const writes: Promise<unknown>[] = []
  for (let index = 0; index < order.events; index++) {
    const wait = began + (index * 1000) / writesPerSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    sent.push(epochMs())
    writes.push((connected[index % clients] as ConnectedClient).create(configMaps, mapOf('watched', `w-${index}`)))
  }
  await Promise.all(writes)
  const { times } = await report
  await release(child)
  return times.flatMap((seen) => seen.map((at, index) => at - (sent[index] ?? Number.NaN)))
}

/** Takes all figures, one after the other, and prints them. */
export async function measure(): Promise<void> {
  const directory = await temporaryDirectory()
  const server = forkPart('server', [join(directory.path, 'data')], nodeFlags)
  try {
    const { kubeconfig } = await messageOf<ServerStarted>(server)
    const file = join(directory.path, 'kubeconfig')
    writeFileSync(file, kubeconfig, { mode: 0o600 })
    const config = await loadClusterConfig({ KUBECONFIG: file })
    const connected = Array.from({ length: clients }, () => connect(config))
    const client = connected[0] as ConnectedClient
    for (const name of ['one', 'two', 'watched'])
      await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

    const perSecond = await fill(connected)
    figure('apiserver', 'creates_per_s', perSecond, '1/s', { clients, objects, durable: true, ...machine(), goal: 1500 })
    figure('apiserver', 'rss_10000_mib', rssMiB(server.pid ?? 0), 'MiB', { goal: 150 })
    figure('apiserver', 'list_5000_ms', percentile(await list(client), 0.5), 'ms', { runs: lists, ...machine() })

    const { server: address, ca, certificate } = config
    const cluster = { server: address, ...(ca === undefined ? {} : { ca }), ...(certificate === undefined ? {} : { certificate }) }
    const order = { cluster, path: '/api/v1/namespaces/watched/configmaps?watch=true', watchers, events: writesPerSecond * watchSeconds }
    const times = await watch(order, connected)
    const more = { watchers, events: times.length, ...machine() }
    figure('apiserver', 'watch_p50_ms', percentile(times, 0.5), 'ms', more)
    figure('apiserver', 'watch_p99_ms', percentile(times, 0.99), 'ms', { ...more, goal: 20 })
    for (const one of connected) one.close()
  } finally {
    await release(server)
    await directory.discard()
  }
}
