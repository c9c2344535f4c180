import type { FaultCode } from './fault.ts'

/** The whole answer to a message that was refused; the connection ends behind it. The body names the rule that was broken. */
export function refusalText(fault: FaultCode): string {
  const status = fault === 'unknown-expectation' ? '417 Expectation Failed' : '400 Bad Request'
  const body = `${status}: ${fault}`
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
