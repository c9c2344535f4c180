import type { Destination, KReference, KubeObject } from '@knative-ts/api'

/** Where events are sent to, resolved. */
export interface Addressed {
  readonly url: string
  readonly caCerts?: string
  readonly audience?: string
}

interface Address {
  readonly name?: string
  readonly url?: string
  readonly CACerts?: string
  readonly audience?: string
}

interface WithAddress extends KubeObject {
  readonly status?: { readonly address?: Address; readonly addresses?: readonly Address[] }
}

const called = (reference: KReference): string => `${reference.kind} ${reference.namespace ?? ''}/${reference.name}`

/** The address that an object tells in its status (Knative's duck type Addressable); throws when it tells none. */
export function addressOf(object: WithAddress, reference: KReference): Addressed {
  const { address, addresses = [] } = object.status ?? {}
  const named = reference.address ?? ''
  const chosen = named === '' ? (addresses[0] ?? address) : addresses.find(({ name }) => name === named)
  if (named !== '' && chosen === undefined) throw new Error(`address with name "${named}" not found for ${called(reference)}`)
  if (chosen === undefined) throw new Error(`address not set for ${called(reference)}`)
  if ((chosen.url ?? '') === '') throw new Error(`URL missing in address of ${called(reference)}`)
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(chosen.url ?? '')) throw new Error(`hostname missing in address of ${called(reference)}`)
  return addressed(chosen.url ?? '', chosen.CACerts, chosen.audience)
}

/** The address of a Kubernetes Service. */
export function serviceAddress({ namespace = '', name }: KReference, { CACerts, audience }: Destination, clusterDomain: string): Addressed {
  const scheme = (CACerts ?? '') === '' ? 'http' : 'https'
  return addressed(`${scheme}://${name}.${namespace}.svc.${clusterDomain}`, CACerts, audience)
}

/** What a destination beside a reference adds: a path, and certificates and an audience in place of the object's. */
export function withDestination(base: Addressed, { uri = '', CACerts, audience }: Destination): Addressed {
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) throw new Error(`the URI "${uri}" is absolute: beside a ref it must be relative`)
  const url = uri === '' ? base.url : new URL(uri, base.url).href
  return addressed(url, CACerts || base.caCerts, audience || base.audience)
}

/** A destination that is a URL alone. */
export function uriAddress({ uri = '', CACerts, audience }: Destination): Addressed {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(uri))
    throw new Error(`URI is not absolute (both scheme and host should be non-empty): "${uri}"`)
  return addressed(uri, CACerts, audience)
}

export function addressed(url: string, caCerts: string | undefined, audience: string | undefined): Addressed {
  return {
    url,
    ...(caCerts === undefined || caCerts === '' ? {} : { caCerts }),
    ...(audience === undefined || audience === '' ? {} : { audience })
  }
}
