import type { FaultCode } from './fault.ts'

/**
 * The whole answer to a message that was refused; the connection ends behind it. The body names the rule that was broken.
 *
 * @param oversized status of a head over its bounds
 */
export function refusalText(fault: FaultCode, oversized: 400 | 431 | undefined): string {
  const status = statusOf(fault, oversized)
  const body = `${status}: ${fault}`
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function statusOf(fault: FaultCode, oversized: 400 | 431 | undefined): string {
  if (fault === 'unknown-expectation') return '417 Expectation Failed'
  if (oversized === 431 && (fault === 'head-too-large' || fault === 'too-many-headers')) return '431 Request Header Fields Too Large'
  return '400 Bad Request'
}
