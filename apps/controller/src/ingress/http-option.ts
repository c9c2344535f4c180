import { firstOf, httpProtocolAnnotations, type NetworkConfig } from '@knative-ts/api'

type Annotations = Readonly<Record<string, string>> | undefined

/** What a KIngress does with plain HTTP: as its owner's annotation says, else as config-network. Throws for an annotation that means nothing. */
export function httpOptionOf(annotations: Annotations, network: NetworkConfig): { httpOption?: 'Enabled' | 'Redirected' } {
  const given = firstOf(annotations, httpProtocolAnnotations)?.toLowerCase()
  const option = given ?? network.httpProtocol
  if (given === undefined && option === 'disabled') return {}
  if (option === 'enabled') return { httpOption: 'Enabled' }
  if (option === 'redirected') return { httpOption: 'Redirected' }
  throw new Error('incorrect http-protocol annotation')
}
