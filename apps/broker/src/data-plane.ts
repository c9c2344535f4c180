/** The event data plane as one object: table, doors, dispatch; wired without a container. */
import type { CloudEvent, Header } from '@knative-ts/eventing'
import type { ChannelStore } from '@knative-ts/messaging'
import type { Handler, IdleLimits, Tracing } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { channelHandler } from './channel/channel.handler.ts'
import { type Deliverer, reasonOf } from './delivery/delivery.ts'
import { isSuccess } from './delivery/answer.ts'
import { Names } from './delivery/names.ts'
import { outgoingOf } from './delivery/parcel.ts'
import { Pools } from './delivery/pools.ts'
import { Sender } from './delivery/sender.ts'
import { targetOfKnown } from './delivery/target.ts'
import { Dispatch } from './dispatch/dispatch.ts'
import { filterHandler } from './filter/filter.handler.ts'
import { ingressHandler } from './ingress/ingress.handler.ts'
import { Intake, type Taken } from './ingress/intake.ts'
import type { Broker } from './table/broker.ts'
import { EventTable } from './table/event-table.ts'
import { EventSpans } from './telemetry/event-spans.ts'
import type { Observer } from './telemetry/observer.ts'

export interface DataPlaneOptions {
  readonly store: ChannelStore
  readonly observer: Observer
  readonly tracing: Tracing
  readonly log: Log
  /** Bytes of an event that is taken, in a request or a reply. */
  readonly mostBytes: number
  /** Milliseconds for an attempt of which nobody says how long it may take. */
  readonly timeoutMs: number
  /** Milliseconds that what a complete table leaves out still stays. */
  readonly lingerMs: number
  readonly heldBytes: number
  readonly flightBytes: number
  readonly idle: IdleLimits
}

export interface DataPlane {
  readonly table: EventTable
  readonly dispatch: Dispatch
  readonly sender: Sender
  readonly ingress: Handler
  readonly channel: Handler
  readonly filter: Handler
  close(): Promise<void>
}

export function createDataPlane(options: DataPlaneOptions): DataPlane {
  const { store, observer, log, mostBytes, timeoutMs, lingerMs } = options
  const table = new EventTable({ lingerMs })
  const sender = new Sender({ pools: new Pools(options.idle), names: new Names(), timeoutMs, mostReplyBytes: mostBytes })
  const spans = new EventSpans(options.tracing)
  const deliverer: Deliverer = {
    sender,
    spans,
    reenter: async (subscription, broker, event, passed) => {
      const taken = await intake.accept(broker, event, passed)
      if (taken.status === 202) observer.replied(subscription, event)
      return taken
    },
    attempted: (subscription, parcel, kind, url, answer, startedAt) => {
      const { uid } = subscription
      // A dead letter that was taken says nothing good of the subscriber.
      if (isSuccess(answer)) {
        if (kind !== 'dead-letter') dispatch.health.succeeded(uid)
      } else dispatch.health.failed(uid, `${url}: ${reasonOf(answer)}`)
      observer.attempted(subscription, parcel, kind, url, answer, startedAt)
    }
  }
  const { heldBytes, flightBytes } = options
  const dispatch = new Dispatch({
    table,
    store,
    deliverer,
    ended: (...facts) => observer.ended(...facts),
    lingerMs,
    log,
    heldBytes,
    flightBytes
  })
  const keep = (channel: string, key: string | undefined, stored: Uint8Array): Promise<Taken> => dispatch.keep(channel, key, stored)
  const intake = new Intake({
    brokerOf: (key) => table.brokers.get(key),
    keep,
    forward: (broker, event, passed) => forward(sender, broker, event, passed),
    now: Date.now
  })
  return {
    table,
    dispatch,
    sender,
    ingress: ingressHandler({
      intake,
      mostBytes,
      spans,
      answered: (...facts) => observer.ingress(...facts),
      wantsEvents: () => observer.wantsEvents
    }),
    channel: channelHandler({ table, keep, mostBytes, answered: (...facts) => observer.channel(...facts) }),
    filter: filterHandler({ table, sender, intake, mostBytes }),
    close: async () => {
      await dispatch.close()
      sender.close()
    }
  }
}

/** Hands an event to a trigger channel that is somebody else's; its answer is the broker's (reference 3.1). */
function forward(sender: Sender, { channelAddress }: Broker, event: CloudEvent, passed: readonly Header[]): Promise<Taken> {
  const target = channelAddress === undefined ? { problem: 'the broker has no channel' } : targetOfKnown(channelAddress)
  if ('problem' in target) return Promise.resolve({ status: 500, reason: target.problem })
  return new Promise((resolve) => {
    sender.post(target, outgoingOf(event, '', passed), undefined, (answer) =>
      resolve(answer.status === undefined ? { status: 500, reason: answer.problem } : { status: answer.status, reason: answer.problem })
    )
  })
}
