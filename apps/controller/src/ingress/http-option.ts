import { firstOf, httpProtocolAnnotations, type NetworkConfig } from '@knative-ts/api'

type Annotations = Readonly<Record<string, string>> | undefined

/** Of a KIngress. */
export interface HttpOption {
  readonly httpOption?: 'Enabled' | 'Redirected'
}

/** What a KIngress does with plain HTTP: as its owner's annotation says, else as config-network. What is wrong, for an annotation that means nothing. */
export function httpOptionOf(annotations: Annotations, network: NetworkConfig): HttpOption | string {
  const text = firstOf(annotations, httpProtocolAnnotations)
  const given = text?.toLowerCase()
  const option = given ?? network.httpProtocol
  if (given === undefined && option === 'disabled') return {}
  if (option === 'enabled') return { httpOption: 'Enabled' }
  if (option === 'redirected') return { httpOption: 'Redirected' }
  const key = httpProtocolAnnotations.find((one) => annotations?.[one] !== undefined)
  return `incorrect http-protocol annotation: ${key} is "${text}". Say enabled or redirected, or leave it out.`
}
