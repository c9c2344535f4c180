import type { Exchange } from './exchange.ts'
import type { UpstreamError } from '../upstream/outcome.ts'

const plainText = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }

/** Answers as Go's `http.Error` does: plain text that ends with a newline, not to be sniffed. False when it is too late to answer. */
export function refuse(exchange: Exchange, status: number, text: string): boolean {
  return exchange.respond(status, plainText, `${text}\n`)
}

/** 502 with the text of the upstream error (reference 5.5). */
export function badGateway(exchange: Exchange, error: UpstreamError): boolean {
  return refuse(exchange, 502, error.message)
}
