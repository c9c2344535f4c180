import { pause, type Clock, type Log } from '@knative-ts/kube'
import { bearer, dialGrpc, routing } from '@knative-ts/wire'
import type { LocalGateways } from './local-gateways.ts'

const lookMs = 500

/** Where states are to go. */
export interface Leaders {
  /** Pods of the other replicas that lead a bucket of KIngresses. */
  pods(): readonly string[]
  /** `ip:port` of a replica's routing service; undefined while its pod has no address. */
  addressOf(pod: string): Promise<string | undefined>
}

/** One stream to a leader, on which states are being told. */
export interface Relayed {
  readonly call: {
    on(event: 'error', listener: (error: Error) => void): unknown
    on(event: 'end' | 'data', listener: () => void): unknown
    cancel(): void
  }
  /** Tells nothing more, and lets go of the connection. */
  close(): void
}

export interface RelayOptions {
  /** Opens a stream to a leader and tells there what is so and what becomes so. */
  readonly tell: (address: string, token: string | undefined) => Relayed
  readonly leaders: Leaders
  /** What proves to a leader that this is a controller; asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  readonly clock: Clock
  readonly log: Log
}

/** Tells a leader what the gateways on this replica's streams serve. */
export function tellGateways(gateways: LocalGateways): RelayOptions['tell'] {
  return (address, token) => {
    const client = dialGrpc(routing.RoutingClient, address)
    const call = client.relay(bearer(token))
    const unfollow = gateways.follow((states) => call.write(states))
    return {
      call,
      close: () => {
        unfollow()
        client.close()
      }
    }
  }
}

/** Tells every other leader what this replica knows of its followers, for as long as it is one. Runs until `signal` aborts. */
export async function relayStates(options: RelayOptions, signal: AbortSignal): Promise<void> {
  const { leaders, clock } = options
  const told = new Map<string, Promise<void>>()
  while (!signal.aborted) {
    for (const pod of leaders.pods()) {
      if (!told.has(pod))
        told.set(
          pod,
          relayToPod(pod, options, signal).finally(() => told.delete(pod))
        )
    }
    await pause(clock, lookMs, signal)
  }
  await Promise.all(told.values())
}

/** Resolves when the pod leads no more, or on abort. */
async function relayToPod(pod: string, { tell, leaders, token, clock, log }: RelayOptions, signal: AbortSignal): Promise<void> {
  const leads = (): boolean => leaders.pods().includes(pod)
  while (!signal.aborted && leads()) {
    try {
      const address = await leaders.addressOf(pod)
      if (address !== undefined) await relayTo(tell(address, await token()), leads, clock, signal)
    } catch (error) {
      log.debug({ leader: pod, error }, 'cannot tell a leader about gateways, trying again')
    }
    await pause(clock, lookMs, signal)
  }
}

/** Resolves when the stream ends in good order, the replica leads no more, or on abort; rejects when the stream breaks. */
async function relayTo({ call, close }: Relayed, leads: () => boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const ended = new Promise<void>((resolve, reject) => {
    call.on('error', (error: Error) => (over.signal.aborted || signal.aborted ? resolve() : reject(error)))
    call.on('end', () => resolve())
    call.on('data', () => undefined)
  })
  const watching = (async (): Promise<void> => {
    while (!over.signal.aborted && !signal.aborted && leads()) await pause(clock, lookMs, AbortSignal.any([signal, over.signal]))
    over.abort()
    call.cancel()
  })()
  try {
    await ended
  } finally {
    over.abort()
    await watching
    close()
  }
}
