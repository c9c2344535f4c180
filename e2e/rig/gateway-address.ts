import { services } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** Where a gateway listens. Requests go to the address, and name their Service by the Host field. */
export interface GatewayAddress {
  /** An IP address or a host name; default 127.0.0.1. */
  readonly address?: string
  readonly port: number
}

/** This machine's, where no other is named. */
export const thisMachine = '127.0.0.1'

/** Where the gateway that listens for plain HTTP at `plain` listens for HTTPS: at its Service's node port when `plain` is one, else at 443. */
export async function secureAddress(client: KubeClient, plain: GatewayAddress): Promise<GatewayAddress> {
  const { spec } = await client.get(services, { namespace: 'knative-serving', name: 'gateway' })
  const [http, https] = ['http', 'https'].map((name) => spec?.ports?.find((port) => port.name === name)?.nodePort)
  return { ...plain, port: http === plain.port && https !== undefined ? https : 443 }
}
