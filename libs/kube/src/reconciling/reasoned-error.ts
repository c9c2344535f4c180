/** A pass ended for a reason that has a word of its own: its Event bears that word in place of `InternalError`. */
export class ReasonedError extends Error {
  /** CamelCase, as in an Event. */
  readonly reason: string

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ReasonedError'
    this.reason = reason
  }
}
