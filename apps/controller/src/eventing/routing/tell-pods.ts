import { bearer, dialGrpc, eventRouting } from '@knative-ts/wire'
import type { Relayed } from '../../routing/relay.ts'
import type { LocalPods } from './local-pods.ts'

/** Tells a leader what the pods on this replica's streams serve, and how their deliveries fare. */
export function tellPods(pods: LocalPods): (address: string, token: string | undefined) => Relayed {
  return (address, token) => {
    const client = dialGrpc(eventRouting.EventRoutingClient, address)
    const call = client.relay(bearer(token))
    const unfollow = pods.follow((states) => call.write(states))
    return {
      call,
      close: () => {
        unfollow()
        client.close()
      }
    }
  }
}
