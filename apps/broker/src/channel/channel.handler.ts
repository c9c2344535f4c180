/** The door of channels: by host, or by path `/namespace/name` (reference 4.1). */
import { type CloudEvent, encodeStored } from '@knative-ts/eventing'
import type { Exchange, Handler } from '@knative-ts/proxy'
import { bufferWork } from '../buffer-work.ts'
import { attributes } from '../event-attributes.ts'
import { answer, answerHandshake, headerText } from '../http/answers.ts'
import { objectPath } from '../http/object-path.ts'
import { readRequest } from '../http/read-request.ts'
import { withBody } from '../http/with-body.ts'
import type { Taken } from '../ingress/intake.ts'
import type { Channel } from '../table/channel.ts'
import type { EventTable } from '../table/event-table.ts'

export interface ChannelDoorOptions {
  readonly table: EventTable
  readonly keep: (channel: string, key: string | undefined, stored: Uint8Array) => Promise<Taken>
  readonly mostBytes: number
  readonly answered: (exchange: Exchange, channel: Channel, event: CloudEvent, taken: Taken) => void
}

export function channelHandler({ table, keep, mostBytes, answered }: ChannelDoorOptions): Handler {
  const find = ({ host, target }: Exchange['request']): Channel | 'malformed' | undefined => {
    const channel = table.channelAt(host) ?? table.channelAt(hostName(host))
    if (channel !== undefined || target === '/') return channel
    const path = objectPath(target)
    return path === undefined ? 'malformed' : table.channels.get(path.key)
  }
  return (exchange) => {
    const { method } = exchange.request
    const channel = find(exchange.request)
    if (channel === 'malformed') return nobody(exchange, 400, 'the path is not /namespace/channel')
    if (channel === undefined) return nobody(exchange, 404, `there is no channel at ${exchange.request.host}${exchange.request.target}`)
    if (method === 'OPTIONS') return answerHandshake(exchange)
    if (method !== 'POST') return answer(exchange, 405)
    return withBody(exchange, mostBytes, (body) => {
      const read = readRequest(exchange, body)
      if (typeof read === 'string') return answer(exchange, 400, read)
      const { event, passed } = read
      const stored = encodeStored(event, passed, bufferWork)
      return keep(channel.key, event.attributes.get(attributes.partitionKey), stored).then((taken) => {
        answer(exchange, taken.status, taken.reason)
        answered(exchange, channel, event, taken)
      })
    })
  }
}

/** Where there is no channel, nobody says what it allows. */
function nobody(exchange: Exchange, status: number, reason: string): void {
  exchange.respond(status, { Reason: headerText(reason) })
}

/** Host names say the same in either case; the port is not part of them. */
const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
