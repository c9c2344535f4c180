import type { HeaderSource } from './event/cloud-event.ts'
import type { CloudEvent } from './event/cloud-event.ts'
import { utf8Of } from './text/utf8.ts'

/** Headers as they come in, names in lower case. */
export const headersOf = (headers: readonly (readonly string[])[]): HeaderSource => ({
  forEach(visit) {
    for (const [name = '', value = ''] of headers) visit(name.toLowerCase(), value)
  }
})

/** An event with the required attributes, these ones, and this text as data. */
export function eventOf(attributes: Readonly<Record<string, string>> = {}, data?: string): CloudEvent {
  const all = { specversion: '1.0', id: '1', source: '/s', type: 'a.b', ...attributes }
  return { attributes: new Map(Object.entries(all)), data: data === undefined ? undefined : utf8Of(data) }
}
