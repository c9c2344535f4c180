import { latin1Utf8Of, textOfLatin1 } from '@knative-ts/eventing'

/** Which event's Job is asked for. */
export interface StatusPath {
  readonly namespace: string
  readonly name: string
  readonly source: string
  readonly id: string
}

/** Where one asks for the Job of an event (reference 5.5), escaped as Go's `url.PathEscape` does. */
export function statusPathOf({ namespace, name, source, id }: StatusPath): string {
  return `/namespaces/${namespace}/name/${name}/sources/${escaped(source)}/ids/${escaped(id)}`
}

// Bytes that are no UTF-8 too: an attribute may hold any.
const escaped = (text: string): string =>
  latin1Utf8Of(text).replace(/[^A-Za-z0-9\-_.~$&+=:@]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** Undefined where a percent sign begins no byte. */
function unescaped(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  return textOfLatin1(text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
}

/** Reads such a path; undefined for anything else. */
export function readStatusPath(target: string): StatusPath | undefined {
  const [before, namespaces, namespace, names, name, sources, source, ids, id, ...more] = (target.split('?', 1)[0] as string).split('/')
  if (before !== '' || namespaces !== 'namespaces' || names !== 'name' || sources !== 'sources' || ids !== 'ids' || more.length > 0)
    return undefined
  if (!namespace || !name || !source || !id) return undefined
  const event = { source: unescaped(source), id: unescaped(id) }
  return event.source === undefined || event.id === undefined ? undefined : { namespace, name, source: event.source, id: event.id }
}
