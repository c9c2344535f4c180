import { createHash } from 'node:crypto'

/** Who somebody is to a registry. `origin` says in a message where that is written: `secret "regcred"`. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string; readonly origin: string }
  /** Exchanged for a token at the registry's token service (Docker's `identitytoken`). */
  | { readonly kind: 'identity'; readonly token: string; readonly origin: string }
  /** Sent as it is (Docker's `registrytoken`). */
  | { readonly kind: 'bearer'; readonly token: string; readonly origin: string }

/** Tells credentials apart without holding them: hexadecimal SHA-256; '' for nobody. */
export function fingerprintOf(credentials: Credentials | undefined): string {
  if (credentials === undefined) return ''
  const { origin: _, ...secret } = credentials
  return createHash('sha256').update(JSON.stringify(secret)).digest('hex')
}

/** The header of Basic authentication (RFC 7617). */
export const basicOf = ({ username, password }: Credentials & { kind: 'password' }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
