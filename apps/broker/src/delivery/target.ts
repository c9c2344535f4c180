import type { Destination } from '../table/destination.ts'

/** A destination, taken apart for sending. */
export interface Target {
  readonly url: string
  /** `host:port` to connect to. */
  readonly address: string
  /** Of the Host field. */
  readonly host: string
  /** Path and query. */
  readonly path: string
  readonly secure: boolean
  readonly hostname: string
  /** PEM of the trusted authorities; empty: the system's. */
  readonly caCerts: string
}

/** Why a URL leads nowhere. */
export interface NoTarget {
  readonly problem: string
}

const known = new WeakMap<Destination, Target | NoTarget>()

/** `targetOf` of a destination of the table, remembered. */
export function targetOfKnown(destination: Destination): Target | NoTarget {
  const found = known.get(destination)
  if (found !== undefined) return found
  const made = targetOf(destination)
  known.set(destination, made)
  return made
}

/** Takes a destination apart. A URL without a scheme is http, as with the original (reference 3.7). */
export function targetOf({ url, caCerts }: Pick<Destination, 'url' | 'caCerts'>): Target | NoTarget {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url.replace(/^\/\//, '')}`
  if (!URL.canParse(whole)) return { problem: `parse "${url}": not a URL` }
  const { protocol, hostname, port, host, pathname, search } = new URL(whole)
  if (protocol !== 'http:' && protocol !== 'https:') return { problem: `unsupported protocol scheme "${protocol.slice(0, -1)}"` }
  if (hostname === '') return { problem: 'no Host in request URL' }
  const secure = protocol === 'https:'
  return { url, address: `${hostname}:${port || (secure ? '443' : '80')}`, host, path: pathname + search, secure, hostname, caCerts }
}
