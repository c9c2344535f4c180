import type { PingSource } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'

/** The type of every event of a PingSource. */
const pingEventType = 'dev.knative.sources.ping'

/** What tells the event of one tick from the next. */
export interface Tick {
  readonly id: string
  /** RFC 3339, UTC. */
  readonly time: string
}

/** The event of a tick: the data of the source, or none. */
export function pingEventOf({ metadata, spec }: PingSource, { id, time }: Tick): CloudEvent {
  const { contentType = '', data = '', dataBase64 = '' } = spec
  const attributes = new Map([
    ['specversion', '1.0'],
    ['id', id],
    ['source', `/apis/v1/namespaces/${metadata.namespace}/pingsources/${metadata.name}`],
    ['type', pingEventType],
    ['time', time]
  ])
  if (contentType !== '') attributes.set('datacontenttype', contentType)
  const bytes = dataBase64 === '' ? Buffer.from(data) : Buffer.from(dataBase64, 'base64')
  return { attributes, data: bytes.length === 0 ? undefined : bytes }
}
