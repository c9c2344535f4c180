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

/** Pulls until there are `count` deliveries. */
export async function pullAll(consumer: Consumer, count: number): Promise<Delivery[]> {
  const all: Delivery[] = []
  while (all.length < count) {
    const some = await consumer.pull(count - all.length)
    if (some.length === 0) throw new Error(`the consumer was closed after ${all.length} of ${count} deliveries`)
    all.push(...some)
  }
  return all
}

/** Pulls `count` deliveries, acknowledges each as it comes (more may wait than may be in flight), and returns their texts. */
export async function drain(consumer: Consumer, count: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < count) {
    const some = await consumer.pull(count - texts.length)
    if (some.length === 0) throw new Error(`the consumer was closed after ${texts.length} of ${count} deliveries`)
    for (const delivery of some) {
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
