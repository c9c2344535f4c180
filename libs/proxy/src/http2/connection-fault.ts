/** The connection cannot go on (RFC 9113 5.4.1): the peer is told `code` in a GOAWAY, and the connection closes. */
export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}
