/** What the benchmark of the API server does to it, and measures. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerStarted } from './server-process.ts'
import { forkPart, messageOf, release } from '../child.ts'
import { figure, percentile } from '../figure.ts'
import { machine } from '../machine.ts'
import { nodeFlags, temporaryDirectory } from '../standalone-process.ts'
import { CLIENTS, makeNamespaces, rssMiB, targetOf } from './target.ts'
import { create, list, watch } from './workload.ts'

const listed = 5_000
const lists = 10
const watchers = 100
const writesPerSecond = 200
const watchSeconds = 10

/** Takes all figures, one after the other, and prints them. */
export async function measure(): Promise<void> {
  const directory = await temporaryDirectory()
  const server = forkPart('server', [join(directory.path, 'data')], nodeFlags)
  try {
    const { kubeconfig } = await messageOf<ServerStarted>(server)
    const file = join(directory.path, 'kubeconfig')
    writeFileSync(file, kubeconfig, { mode: 0o600 })
    const target = await targetOf(file, [server.pid ?? 0])
    await makeNamespaces(target, ['one', 'two', 'watched'])

    const began = performance.now()
    for (const namespace of ['one', 'two']) await create(target, namespace, 0, listed)
    const perSecond = (1000 * 2 * listed) / (performance.now() - began)
    figure('apiserver', 'creates_per_s', perSecond, '1/s', {
      clients: CLIENTS,
      objects: 2 * listed,
      durable: true,
      ...machine(),
      goal: 1500
    })
    figure('apiserver', 'rss_10000_mib', rssMiB(target), 'MiB', { goal: 150 })
    const times: number[] = []
    while (times.length < lists) times.push(await list(target, 'one', listed))
    figure('apiserver', 'list_5000_ms', percentile(times, 0.5), 'ms', { runs: lists, ...machine() })

    const seen = await watch(target, {
      namespace: 'watched',
      watchers,
      events: writesPerSecond * watchSeconds,
      perSecond: writesPerSecond
    })
    const more = { watchers, events: seen.length, ...machine() }
    figure('apiserver', 'watch_p50_ms', percentile(seen, 0.5), 'ms', more)
    figure('apiserver', 'watch_p99_ms', percentile(seen, 0.99), 'ms', { ...more, goal: 20 })
    for (const one of target.clients) one.close()
  } finally {
    await release(server)
    await directory.discard()
  }
}
