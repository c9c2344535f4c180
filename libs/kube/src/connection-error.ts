import { errorText } from './error-text.ts'
/** The server could not be reached, or the connection broke before the answer was complete. `cause` is the system's error. */
export class ConnectionError extends Error {
  readonly method: string
  readonly path: string
  /** `host:port` that was called. */
  readonly address: string

  constructor(method: string, path: string, address: string, cause: unknown) {
    const reason = errorText(cause) || ((cause as NodeJS.ErrnoException).code ?? String(cause))
    super(`${method} ${path} at ${address}: ${reason}`, { cause })
    this.name = 'ConnectionError'
    this.method = method
    this.path = path
    this.address = address
  }
}
