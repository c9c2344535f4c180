import type { ChannelStore, Consumer } from '../channel-store.ts'
import type { Ledger } from './ledger.ts'

/** Uses a store in every way at the same time, and keeps the books. */
export interface Workload {
  readonly store: ChannelStore
  readonly ledger: Ledger
  readonly random: () => number
  readonly topics: number
  /** Ends it; else it goes on until the store does not answer any more. */
  readonly stopped: () => boolean
  readonly faults: string[]
}

/** Settles when it was stopped. Rejects with what a store does not promise to refuse. */
export async function work(load: Workload): Promise<void> {
  const names = Array.from({ length: load.topics }, (_, index) => `t${index}`)
  await Promise.all(names.flatMap((name) => [publish(load, name), publish(load, name), consume(load, name)]))
}

async function publish({ store, ledger, random, stopped }: Workload, name: string): Promise<void> {
  while (!stopped()) {
    const topic = await store.openTopic(name, { keep: {} }).catch(() => undefined)
    if (topic === undefined) await turn()
    for (let call = 0; call < 30 && topic !== undefined && !stopped(); call++) {
      const texts = Array.from({ length: 1 + Math.floor(random() ** 2 * 4) }, () => ledger.issue(name, random))
      await topic.publish(texts.map((text) => ({ body: Buffer.from(text) }))).then(
        () => ledger.settle(name, texts, 'durable'),
        async (error: { code?: string }) => {
          if (error.code !== 'full' && error.code !== 'failed') throw error
          ledger.settle(name, texts, 'rejected')
          for (let pause = 0; pause < 10; pause++) await turn()
        }
      )
      if (random() < 0.1) await turn()
    }
  }
}

async function consume({ store, ledger, random, stopped, faults }: Workload, name: string): Promise<void> {
  let consumer: Consumer | undefined
  while (!stopped()) {
    consumer ??= await open(store, name)
    if (consumer === undefined) {
      await turn()
      continue
    }
    for (const delivery of await consumer.pull(1 + Math.floor(random() * 5))) {
      const luck = random()
      if (luck < 0.8) {
        faults.push(...ledger.acknowledge(name, delivery))
        delivery.ack()
      } else delivery.retry(luck < 0.9 ? 0 : luck * 500)
    }
    if (random() < 0.03) {
      await consumer.close()
      consumer = undefined
    }
  }
  await consumer?.close()
}

async function open(store: ChannelStore, name: string): Promise<Consumer | undefined> {
  try {
    return await (await store.openTopic(name, { keep: {} })).consume('dispatch', { maxInFlight: 20 })
  } catch (error) {
    // A disk that fails or is full refuses; it is tried again.
    const { code } = error as { readonly code?: string }
    if (code === 'full' || code === 'failed' || code === 'EIO' || code === 'ENOSPC') return undefined
    throw error
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
