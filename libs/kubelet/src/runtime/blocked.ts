/** Not started: the container waits with this reason (CreateContainerError, CreateContainerConfigError, ...) and message, and is tried again. */
export class Blocked extends Error {
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
