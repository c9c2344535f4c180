import { Metadata } from '@grpc/grpc-js'

const field = 'authorization'
const scheme = 'Bearer '

/** Metadata of a call that proves who makes it by a token; empty without one. */
export function bearer(token: string | undefined): Metadata {
  const metadata = new Metadata()
  if (token !== undefined) metadata.set(field, `${scheme}${token}`)
  return metadata
}

/** The token that a call carries; undefined without one. */
export function bearerOf(metadata: Metadata): string | undefined {
  const [value] = metadata.get(field)
  return typeof value === 'string' && value.startsWith(scheme) ? value.slice(scheme.length) : undefined
}
