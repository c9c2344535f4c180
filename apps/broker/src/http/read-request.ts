import { type CloudEvent, InvalidEvent, readEvent } from '@knative-ts/eventing'
import type { Exchange } from '@knative-ts/proxy'
import { headerSource } from './header-source.ts'

/** The event of a request, or why there is none. */
export function readRequest(exchange: Exchange, body: Uint8Array): CloudEvent | string {
  try {
    return readEvent(headerSource(exchange.request.headers), body)
  } catch (error) {
    if (error instanceof InvalidEvent) return error.message
    throw error
  }
}
