import type { Exchange } from '@knative-ts/proxy'

/** What every answer of a door that takes events says (reference 3.1). */
const allow = Object.freeze({ Allow: 'POST, OPTIONS' })
/** The handshake of CloudEvents' web hooks: anybody, at any rate. */
const handshake = { ...allow, 'WebHook-Allowed-Origin': '*', 'WebHook-Allowed-Rate': '*' }

/** Answers with an empty body, as the original does; what is wrong stands in the header Reason. */
export function answer(exchange: Exchange, status: number, reason = ''): void {
  if (reason === '') exchange.respond(status, allow)
  else exchange.respond(status, { ...allow, Reason: headerText(reason), ...(status === 503 ? { 'Retry-After': '1' } : {}) })
}

/** Answers OPTIONS. */
export function answerHandshake(exchange: Exchange): void {
  exchange.respond(200, handshake)
}

/** Text as a header may hold it. */
export const headerText = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').trim()
