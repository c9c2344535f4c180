/** Where events go, resolved. */
export interface Destination {
  readonly url: string
  /** PEM of the authorities whose certificates are trusted; empty: the system's. */
  readonly caCerts: string
  /** Whom a token must be for; empty: none is sent. */
  readonly audience: string
}
