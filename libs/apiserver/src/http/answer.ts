/** Sends objects and text in the format that the client asked for. */
import type { Call, Shown } from '../requests/call.ts'
import { badRequest } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { negotiate } from './negotiation.ts'
import { objectText } from './representation.ts'
import { send } from './send.ts'
import type { ServerParts } from './server-parts.ts'

/** Sends one object in the shape that the client asked for. */
export function answer(parts: ServerParts, exchange: Exchange, call: Call, status: number, shown: Shown): Promise<void> {
  const representation = negotiate(exchange.request.headers.accept)
  return answerText(exchange, status, objectText(parts.world, call, shown, representation, exchange.query), representation.format)
}

/** Sends text of the negotiated format. */
export async function answerText(exchange: Exchange, status: number, body: string, format?: string): Promise<void> {
  const { request, response, warnings } = exchange
  if (response === undefined) throw badRequest(`${exchange.path} does not take upgrades`)
  const yaml = format === 'yaml' || (format === undefined && negotiate(request.headers.accept).format === 'yaml')
  await send(request, response, { status, contentType: yaml ? 'application/yaml' : 'application/json', body }, warnings)
}
