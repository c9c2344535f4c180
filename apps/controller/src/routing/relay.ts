import { dialGrpc, routing } from '@knative-ts/wire'
import { pause, type Clock, type Log } from '@knative-ts/kube'
import type { LocalGateways } from './local-gateways.ts'

const retryMs = 500

export interface RelayOptions {
  readonly gateways: LocalGateways
  /** `ip:port` of the leader's routing service; undefined when nobody leads, or this replica does. */
  readonly leader: () => Promise<string | undefined>
  readonly clock: Clock
  readonly log: Log
}

/** Tells the leader what the gateways on this replica's streams serve, for as long as another replica leads. Runs until `signal` aborts. */
export async function relayStates({ gateways, leader, clock, log }: RelayOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const address = await leader()
      if (address !== undefined) await relayTo(address, gateways, signal)
    } catch (error) {
      log.debug({ error }, 'cannot tell the leader about gateways, trying again')
    }
    await pause(clock, retryMs, signal)
  }
}

/** Resolves when the stream ends in good order, or on abort; rejects when it breaks. */
async function relayTo(address: string, gateways: LocalGateways, signal: AbortSignal): Promise<void> {
  const client = dialGrpc(routing.RoutingClient, address)
  const call = client.relay()
  const abort = (): void => call.cancel()
  signal.addEventListener('abort', abort, { once: true })
  let unfollow: (() => void) | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      call.on('error', (error: Error) => (signal.aborted ? resolve() : reject(error)))
      call.on('end', () => resolve())
      call.on('data', () => undefined)
      unfollow = gateways.follow((states) => call.write(states))
    })
  } finally {
    unfollow?.()
    signal.removeEventListener('abort', abort)
    client.close()
  }
}
