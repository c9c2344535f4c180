import { pause, type Clock, type Log } from '@knative-ts/kube'
import { bearer, dialGrpc, routing } from '@knative-ts/wire'
import type { LocalGateways } from './local-gateways.ts'

const lookMs = 500

/** Where states are to go. */
export interface Leader {
  /** Pod of the replica that leads; undefined when none does, or this one. */
  pod(): string | undefined
  /** `ip:port` of a replica's routing service; undefined while its pod has no address. */
  addressOf(pod: string): Promise<string | undefined>
}

export interface RelayOptions {
  readonly gateways: LocalGateways
  readonly leader: Leader
  /** What proves to the leader that this is a controller; asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  readonly clock: Clock
  readonly log: Log
}

/** Tells the leader what the gateways on this replica's streams serve, whenever another replica leads. Runs until `signal` aborts. */
export async function relayStates({ gateways, leader, token, clock, log }: RelayOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const pod = leader.pod()
    try {
      const address = pod === undefined ? undefined : await leader.addressOf(pod)
      if (address !== undefined) await relayTo(address, await token(), gateways, () => leader.pod() === pod, clock, signal)
    } catch (error) {
      log.debug({ leader: pod, error }, 'cannot tell the leader about gateways, trying again')
    }
    await pause(clock, lookMs, signal)
  }
}

/** Resolves when the stream ends in good order, another replica leads, or on abort; rejects when the stream breaks. */
async function relayTo(
  address: string,
  token: string | undefined,
  gateways: LocalGateways,
  leads: () => boolean,
  clock: Clock,
  signal: AbortSignal
): Promise<void> {
  const client = dialGrpc(routing.RoutingClient, address)
  const call = client.relay(bearer(token))
  const over = new AbortController()
  const ended = new Promise<void>((resolve, reject) => {
    call.on('error', (error: Error) => (over.signal.aborted || signal.aborted ? resolve() : reject(error)))
    call.on('end', () => resolve())
    call.on('data', () => undefined)
  })
  const unfollow = gateways.follow((states) => call.write(states))
  const watching = (async (): Promise<void> => {
    while (!over.signal.aborted && !signal.aborted && leads()) await pause(clock, lookMs, AbortSignal.any([signal, over.signal]))
    over.abort()
    call.cancel()
  })()
  try {
    await ended
  } finally {
    over.abort()
    unfollow()
    await watching
    client.close()
  }
}
