import type { Consumer, Delivery, Message, Topic } from '../channel-store.ts'

/** A message with text as its body. */
export function message(text: string, key?: string): Message {
  return { body: Buffer.from(text), ...(key !== undefined && { key }) }
}

/** The text of a delivery's body. */
export function textOf({ body }: Delivery): string {
  return Buffer.from(body).toString()
}

/** Publishes one message a text. */
export async function publishTexts(topic: Topic, ...texts: readonly string[]): Promise<void> {
  await topic.publish(texts.map((text) => message(text)))
}

const patienceMs = 60_000

/** What comes next of `count` deliveries. Rejects when that is nothing, or takes too long: a test that hangs does not say what it waited for. */
async function pullNext(consumer: Consumer, had: number, count: number): Promise<readonly Delivery[]> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`consumer ${consumer.name} got ${had} of ${count} deliveries, and nothing more for ${patienceMs} ms`)),
    patienceMs
  )
  try {
    const some = await Promise.race([consumer.pull(count - had), late.promise])
    if (some.length === 0) throw new Error(`consumer ${consumer.name} was closed after ${had} of ${count} deliveries`)
    return some
  } finally {
    clearTimeout(timer)
  }
}

/** Pulls until there are `count` deliveries. */
export async function pullAll(consumer: Consumer, count: number): Promise<Delivery[]> {
  const all: Delivery[] = []
  while (all.length < count) {
    all.push(...(await pullNext(consumer, all.length, count)))
  }
  return all
}

/** Pulls `count` deliveries, acknowledges each as it comes (more may wait than may be in flight), and returns their texts. */
export async function drain(consumer: Consumer, count: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < count) {
    for (const delivery of await pullNext(consumer, texts.length, count)) {
      texts.push(textOf(delivery))
      delivery.ack()
    }
  }
  return texts
}

/** Whether a pull waits: nothing comes until something is published. */
export async function isWaiting(pull: Promise<readonly Delivery[]>): Promise<boolean> {
  const waits = Symbol('waits')
  const turns = (async () => {
    // Several turns of the event loop and of the disk: what is there would have come.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 1))
    return waits
  })()
  return (await Promise.race([pull, turns])) === waits
}
