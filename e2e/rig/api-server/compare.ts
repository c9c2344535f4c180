/** Ours and the real API server, turn by turn in one run, by the same clients: above 1, ours is better. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namespaces } from '@knative-ts/api/kubernetes'
import { forkPart, messageOf, release } from '../child.ts'
import { figure, percentile } from '../figure.ts'
import { machine } from '../machine.ts'
import { nodeFlags, temporaryDirectory } from '../standalone-process.ts'
import type { RealCluster } from './real-cluster.ts'
import type { ServerStarted } from './server-process.ts'
import { makeNamespaces, rssMiB, targetOf, type Target } from './target.ts'
import { apply, create, list, watch } from './workload.ts'

const ROUNDS = 5
const LISTED = 5_000
const LISTS = 10
const APPLIES = 500
const APPLIED = 50
const WATCH_ROUNDS = 3
/** At a pace that neither server, nor the process that watches, is busy with: what is measured is how late an event is. */
const WATCHED = { watchers: 100, events: 300, perSecond: 50 }

interface Pair {
  readonly ours: number[]
  readonly real: number[]
}

/** Takes turns, the other one first each time. */
async function turns(count: number, ours: Target, real: Target, turn: (target: Target, round: number) => Promise<number>): Promise<Pair> {
  const taken: Pair = { ours: [], real: [] }
  for (let round = 0; round < count; round++) {
    const order: (keyof Pair)[] = round % 2 === 0 ? ['ours', 'real'] : ['real', 'ours']
    for (const who of order) taken[who].push(await turn(who === 'ours' ? ours : real, round))
  }
  return taken
}

const median = (values: readonly number[]) => percentile(values, 0.5)

/** Prints the ratio of the medians; `less` where less is better. */
function ratio(name: string, unit: string, { ours, real }: Pair, goal: number, less: boolean): void {
  const [own, other] = [median(ours), median(real)]
  const more = { ours: Number(own.toPrecision(4)), real: Number(other.toPrecision(4)), of: unit, turns: ours.length, ...machine(), goal }
  figure('apiserver-vs-real', name, less ? other / own : own / other, 'x', more)
}

/** Takes the figures, all or those of `only`, and prints them. */
export async function compare(cluster: RealCluster, only: readonly string[]): Promise<void> {
  const directory = await temporaryDirectory()
  const server = forkPart('server', [join(directory.path, 'data')], nodeFlags)
  const suffix = randomBytes(3).toString('hex')
  const [filled, applied] = ['filled', 'applied'].map((name) => `bench-${name}-${suffix}`) as [string, string]
  const watched = Array.from({ length: WATCH_ROUNDS }, (_, round) => `bench-watched-${round}-${suffix}`)
  const all = [filled, applied, ...watched]
  const real = await targetOf(cluster.kubeconfig, [cluster.etcd, cluster.apiServer])
  try {
    const { kubeconfig } = await messageOf<ServerStarted>(server)
    const file = join(directory.path, 'kubeconfig')
    writeFileSync(file, kubeconfig, { mode: 0o600 })
    const ours = await targetOf(file, [server.pid ?? 0])
    for (const target of [ours, real]) await makeNamespaces(target, all)

    const each = LISTED / ROUNDS
    const late = (target: Target, round: number) =>
      watch(target, { ...WATCHED, namespace: watched[round] as string }).then((times) => percentile(times, 0.99))
    const taking: Readonly<Record<string, () => Promise<void>>> = {
      create_x: async () =>
        ratio('create_x', '1/s', await turns(ROUNDS, ours, real, (target, round) => create(target, filled, round * each, each)), 1, false),
      // Lists what was created.
      list_5000_x: async () =>
        ratio('list_5000_x', 'ms', await turns(LISTS, ours, real, (target) => list(target, filled, LISTED)), 0.5, true),
      apply_x: async () =>
        ratio(
          'apply_x',
          '1/s',
          await turns(ROUNDS, ours, real, (target, round) => apply(target, applied, round, APPLIES, APPLIED)),
          0.7,
          false
        ),
      watch_p99_x: async () => ratio('watch_p99_x', 'ms', await turns(WATCH_ROUNDS, ours, real, late), 0.8, true),
      rss_x: () => Promise.resolve(ratio('rss_x', 'MiB', { ours: [rssMiB(ours)], real: [rssMiB(real)] }, 2, true))
    }
    for (const [name, take] of Object.entries(taking)) if (only.length === 0 || only.includes(name)) await take()
    for (const one of ours.clients) one.close()
  } finally {
    for (const name of all) await real.clients[0]?.delete(namespaces, { namespace: '', name })
    for (const one of real.clients) one.close()
    await release(server)
    await directory.discard()
  }
}
