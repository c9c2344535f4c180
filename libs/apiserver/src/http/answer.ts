/** Sends objects and text in the format that the client asked for. */
import type { Call, Shown } from '../requests/call.ts'
import { badRequest } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { askedOf, MEDIA, negotiate, type Format } from './negotiation.ts'
import { objectBody } from './representation.ts'
import { send } from './send.ts'
import type { ServerParts } from './server-parts.ts'

/** Sends one object in the shape that the client asked for. */
export function answer(parts: ServerParts, exchange: Exchange, call: Call, status: number, shown: Shown): Promise<void> {
  const representation = negotiate(exchange.request.headers.accept, askedOf(call.type))
  return answerBody(exchange, status, objectBody(parts.world, call, shown, representation, exchange.query), representation.format)
}

/** Sends what was made for the negotiated format. */
export async function answerBody(exchange: Exchange, status: number, body: string | Buffer, format: Format): Promise<void> {
  const { request, response, warnings } = exchange
  if (response === undefined) throw badRequest(`${exchange.path} does not take upgrades`)
  await send(request, response, { status, contentType: MEDIA[format], body }, warnings)
}
