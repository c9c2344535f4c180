/** Events through broker, trigger and subscriber while every role is killed at random: what was taken arrives, or is in the dead letter sink. */
import { brokers, triggers } from '@knative-ts/api'
import { nodes } from '@knative-ts/api/kubernetes'
import { eventingRoleNames } from '@knative-ts/api/system'
import { eventingUser, serviceAddresses } from '../rig/eventing-user.ts'
import { startStandalone } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'
import { startKiller } from './killer.ts'
import { startPublisher } from './publisher.ts'
import { startSubscriber, type Subscriber } from './subscriber.ts'

export interface ChaosOptions {
  readonly seconds: number
  readonly perSecond: number
  readonly seed: number
  readonly say: (line: string) => void
}

export interface ChaosReport {
  readonly taken: number
  readonly refused: Readonly<Record<string, number>>
  readonly kills: Readonly<Record<string, number>>
  /** Ids that were answered 202 and came nowhere that they should have. */
  readonly lost: readonly string[]
  /** Pairs of ids of one key whose first arrivals changed places where the Trigger keeps order. */
  readonly disordered: readonly string[]
  readonly duplicates: number
  /** From the last event taken to the last one arrived. */
  readonly settledMs: number
}

const poison = 'chaos.poison'
const settleMs = 300_000

/** Runs on a standalone of its own, which is stopped afterwards. */
export async function runEventingChaos({ seconds, perSecond, seed, say }: ChaosOptions): Promise<ChaosReport> {
  const standalone = await startStandalone({ args: ['--parts', 'eventing'], readyWithinMs: 180_000 })
  const cleanUp: (() => Promise<unknown>)[] = [() => standalone.stop()]
  try {
    const { client } = standalone
    const [node] = (await client.list(nodes)).items
    const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1'
    const subscriber = await startSubscriber(address)
    cleanUp.unshift(() => subscriber.close())
    const user = eventingUser(client, 'default')
    const url = await prepare(user, subscriber)
    const { host, port } = await serviceAddresses(client)(url)
    say(`publishing ${perSecond} events a second to ${url.href} for ${seconds} s; seed ${seed}`)
    const publisher = startPublisher({ host, port, url, perSecond, keys: 200, typeOf: (n) => (n % 50 === 0 ? poison : 'chaos.event') })
    const roles = eventingRoleNames.filter((role) => role !== 'pingsource-mt-adapter')
    const root = standalone.process.pid ?? 0
    const killer = startKiller({ root, roles, everyMs: [4_000, 12_000], random: mulberry(seed) })
    cleanUp.unshift(
      () => killer.stop(),
      () => publisher.stop()
    )
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    await killer.stop()
    await publisher.stop()
    say(`taken ${publisher.taken.length}; waiting until all have arrived`)
    const began = performance.now()
    const lost = (): string[] => publisher.taken.filter(({ id, type }) => !hasArrived(subscriber, id, type)).map(({ id }) => id)
    await until('all have arrived', async () => lost().length === 0, settleMs, 250).catch(() =>
      say(`not all have arrived within ${settleMs} ms`)
    )
    return {
      taken: publisher.taken.length,
      refused: Object.fromEntries(publisher.refused),
      kills: killer.kills,
      lost: lost(),
      disordered: disorderIn(subscriber.firstAt('/ordered')),
      duplicates: subscriber.duplicates(),
      settledMs: Math.round(performance.now() - began)
    }
  } finally {
    for (const step of cleanUp) await step()
  }
}

async function prepare(user: ReturnType<typeof eventingUser>, { url }: Subscriber): Promise<URL> {
  const delivery = { retry: 20, backoffPolicy: 'linear', backoffDelay: 'PT0.1S', deadLetterSink: { uri: `${url}/dead` } }
  const trigger = (name: string, path: string, type: string, annotations: object = {}) => ({
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Trigger',
    metadata: { name, annotations },
    spec: { broker: 'chaos', filter: { attributes: { type } }, subscriber: { uri: `${url}${path}` } }
  })
  await user.apply(
    { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata: { name: 'chaos' }, spec: { delivery } },
    trigger('all', '/all', 'chaos.event'),
    trigger('ordered', '/ordered', 'chaos.event', { 'eventing.knative.dev/delivery.order': 'ordered' }),
    trigger('refused', '/refuse', poison)
  )
  const broker = await user.ready(brokers, 'chaos')
  await Promise.all(['all', 'ordered', 'refused'].map((name) => user.ready(triggers, name)))
  return new URL(broker.status?.address?.url ?? '')
}

/** A poison event must be in the dead letter sink; any other at both of its Triggers, or there. */
function hasArrived(subscriber: Subscriber, id: string, type: string): boolean {
  if (subscriber.firstAt('/dead').has(id)) return true
  return type !== poison && subscriber.firstAt('/all').has(id) && subscriber.firstAt('/ordered').has(id)
}

/** Events of a key have rising numbers behind the dash. */
function disorderIn(first: ReadonlyMap<string, string>): string[] {
  const latest = new Map<string, number>()
  return [...first].flatMap(([id, key]) => {
    const n = Number(id.slice(id.indexOf('-') + 1))
    const before = latest.get(key) ?? 0
    latest.set(key, Math.max(n, before))
    return n < before ? [`${id} after ${key}-${before}`] : []
  })
}

/** A generator of numbers from 0 to 1 that a seed decides. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
