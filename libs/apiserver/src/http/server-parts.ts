/** What the HTTP side of the server is made of. */
import type { Authenticator } from '../auth/authenticator.ts'
import type { Authorizer } from '../auth/authorizer.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import type { RequestMetrics } from '../metrics/request-metrics.ts'
import type { World } from '../requests/call.ts'
import type { PodStreams } from '../requests/pod-streams.ts'
import type { Documents } from './documents.http.ts'
import type { WatchLimits } from './watch-stream.ts'

export interface ServerParts {
  readonly world: World
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly tokens: ServiceAccountTokens
  readonly documents: Documents
  readonly metrics: RequestMetrics
  /** The node agent, once it is there. */
  readonly podStreams: () => PodStreams | undefined
  /** Aborts when the server closes: streams end. */
  readonly closing: AbortSignal
  /** When a watcher that reads slowly is dropped. */
  readonly watchLimits: WatchLimits
  /** A defect: something threw that is no answer. */
  readonly onDefect: (error: unknown, what: string) => void
}
