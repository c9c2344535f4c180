/** Why a registry gave nothing. A closed list. */
export type RegistryProblem =
  /** The registry wants to know who asks, or lets somebody else in. */
  | 'unauthorized'
  /** There is no such repository, tag or digest. */
  | 'unknown'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** The certificate is not trusted, or is another's. */
  | 'tls'
  /** The registry answers that it cannot answer now. */
  | 'unavailable'
  /** No answer within the time that was given. */
  | 'timeout'
  /** What came is not what was asked for, or nothing that an image is made of. */
  | 'invalid'
  /** There is an image, and none for this machine. */
  | 'platform'

/** A registry could not be asked, or refused. The message is one sentence that names what was asked, and what to do; it never holds a secret. */
export class RegistryError extends Error {
  readonly problem: RegistryProblem
  /** Status of the answer; undefined when there was none. */
  readonly status: number | undefined

  constructor(problem: RegistryProblem, message: string, options: { readonly cause?: unknown; readonly status?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'RegistryError'
    this.problem = problem
    this.status = options.status
  }
}
