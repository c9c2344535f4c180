import { firstOf, httpProtocolAnnotations, type NetworkConfig } from '@knative-ts/api'
import type { Marks } from '@knative-ts/kube'

type Annotations = Readonly<Record<string, string>> | undefined

/** Of a KIngress. */
export interface HttpOption {
  readonly httpOption?: 'Enabled' | 'Redirected'
}

/**
 * What a KIngress does with plain HTTP: as its owner's annotation says, else as config-network. Throws for an annotation that means nothing, and marks that, unless the
 * ingress is ready: what is served stays as it is.
 */
export function httpOptionOf(marks: Marks, annotations: Annotations, network: NetworkConfig): HttpOption {
  const text = firstOf(annotations, httpProtocolAnnotations)
  const given = text?.toLowerCase()
  const option = given ?? network.httpProtocol
  if (given === undefined && option === 'disabled') return {}
  if (option === 'enabled') return { httpOption: 'Enabled' }
  if (option === 'redirected') return { httpOption: 'Redirected' }
  const key = httpProtocolAnnotations.find((one) => annotations?.[one] !== undefined)
  const problem = `incorrect http-protocol annotation: ${key} is "${text}". Say enabled or redirected, or leave it out.`
  if (!marks.isTrue('IngressReady')) marks.unknown('IngressReady', 'IngressNotConfigured', problem)
  throw new Error(problem)
}
