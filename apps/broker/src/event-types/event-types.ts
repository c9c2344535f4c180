import { eventTypesV1beta3 } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'
import { isAlreadyExists, type KubeClient } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Channel, ObjectReference } from '../table/channel.ts'
import type { EventTable } from '../table/event-table.ts'
import type { Subscription } from '../table/subscription.ts'
import { eventTypeOf } from './event-type-of.ts'

export interface EventTypesOptions {
  /** Connects when it is first asked for: most installations never do. */
  readonly client: () => Promise<KubeClient>
  readonly table: () => EventTable
  readonly log: Log
}

/** Types that are remembered as made; more are asked for again. */
const mostKnown = 10_000
/** Under way at a time; what comes beyond is left for the next event of its type. */
const mostUnderWay = 32
/** Milliseconds for which what failed is not tried again. */
const againMs = 10_000

/** Makes an EventType for each kind of event that is seen, where the flag eventtype-auto-create says so (reference 6.1). */
export class EventTypes {
  readonly #options: EventTypesOptions
  readonly #known = new Set<string>()
  readonly #failed = new Map<string, number>()
  #underWay = 0
  /** The flag. */
  isOn = false

  constructor(options: EventTypesOptions) {
    this.#options = options
  }

  ofBroker(key: string, event: CloudEvent): void {
    if (!this.isOn) return
    const broker = this.#options.table().brokers.get(key)
    if (broker === undefined) return
    this.#see(ownerOf('eventing.knative.dev/v1', 'Broker', key, broker.uid), event)
  }

  /** Of a broker's channel the broker has it. */
  ofChannel({ eventTypeReference }: Channel, event: CloudEvent): void {
    if (this.isOn && eventTypeReference !== undefined) this.#see(eventTypeReference, event)
  }

  /** A reply arrives at its trigger's broker. */
  ofReply({ trigger }: Subscription, event: CloudEvent): void {
    if (trigger !== undefined) this.ofBroker(trigger.broker, event)
  }

  #see(owner: ObjectReference, event: CloudEvent): void {
    const key = `${owner.uid} ${event.attributes.get('type')} ${event.attributes.get('source')}`
    if (this.#known.has(key) || this.#underWay >= mostUnderWay) return
    if ((this.#failed.get(key) ?? 0) > performance.now()) return
    this.#underWay++
    void this.#make(key, owner, event).finally(() => this.#underWay--)
  }

  async #make(key: string, owner: ObjectReference, event: CloudEvent): Promise<void> {
    const { client, log } = this.#options
    try {
      await make(await client(), owner, event)
      if (this.#known.size >= mostKnown) this.#known.clear()
      this.#known.add(key)
      this.#failed.delete(key)
    } catch (error) {
      if (this.#failed.size >= mostKnown) this.#failed.clear()
      this.#failed.set(key, performance.now() + againMs)
      log.warn({ error, owner: `${owner.namespace}/${owner.name}` }, `an EventType cannot be made: ${(error as Error).message}`)
    }
  }
}

function ownerOf(apiVersion: string, kind: string, key: string, uid: string): ObjectReference {
  const [namespace = '', name = ''] = key.split('/', 2)
  return { apiVersion, kind, namespace, name, uid }
}

/** One that is there is as good. */
async function make(client: KubeClient, owner: ObjectReference, event: CloudEvent): Promise<void> {
  try {
    await client.create(eventTypesV1beta3, eventTypeOf(owner, event))
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}
