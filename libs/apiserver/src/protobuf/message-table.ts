/** The generated table of protobuf messages, read on first use. */
import { readData } from '../openapi/data-directory.ts'

/**
 * JSON name, type (`s` text, `b` bytes, `?` boolean, `i` whole number, `d` double, or a message's name), and how it nests, or that Go always writes it.
 */
export type Field = readonly [json: string, type: string, mode?: 'list' | 'map' | 'inline' | 'always']

export interface MessageTable {
  /** Message of each `apiVersion/kind`. */
  readonly kinds: Readonly<Record<string, string>>
  /** Messages of kinds that every group version has, such as DeleteOptions. */
  readonly options: Readonly<Record<string, string>>
  /** Message of each document of discovery, by `apiVersion/kind`. */
  readonly discovery: Readonly<Record<string, string>>
  /** Fields by number of each message. Names are those of the OpenAPI definitions. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, Field>>>>
}

let table: MessageTable | undefined

export function messageTable(): MessageTable {
  return (table ??= readData<MessageTable>('protobuf.json.br'))
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const LIST_OF = 'list of '
const OWN_METADATA: Field = ['metadata', `${META}.ObjectMeta`, 'always']
const LIST_METADATA: Field = ['metadata', `${META}.ListMeta`, 'always']
/** Messages of kinds that OpenAPI does not name. */
const UNNAMED: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  PartialObjectMetadata: { 1: OWN_METADATA },
  PartialObjectMetadataList: { 1: LIST_METADATA, 2: ['items', 'PartialObjectMetadata', 'list'] }
}

/** Fields by number of a message; none for a name that there is not. */
export function fieldsOf(message: string): Readonly<Record<string, Field>> {
  if (message.startsWith(LIST_OF)) return { 1: LIST_METADATA, 2: ['items', message.slice(LIST_OF.length), 'list'] }
  const { messages } = messageTable()
  if (Object.hasOwn(UNNAMED, message)) return UNNAMED[message] ?? {}
  return Object.hasOwn(messages, message) ? (messages[message] ?? {}) : {}
}

/**
 * The message of a served kind or its list, of a discovery document, of a Status or other kind of the API machinery, or of metadata alone; undefined for
 * any other kind.
 */
export function messageOf(apiVersion: string, kind: string): string | undefined {
  const { kinds, discovery, options } = messageTable()
  const key = `${apiVersion}/${kind}`
  if (Object.hasOwn(kinds, key)) return kinds[key]
  if (key.endsWith('List') && Object.hasOwn(kinds, key.slice(0, -'List'.length))) return `${LIST_OF}${kinds[key.slice(0, -'List'.length)]}`
  // Documents of the core group do not say their version.
  const document = apiVersion === '' ? `v1/${kind}` : key
  if (Object.hasOwn(discovery, document)) return discovery[document]
  if (apiVersion.startsWith('meta.k8s.io/') && Object.hasOwn(UNNAMED, kind)) return kind
  return apiVersion === 'v1' && Object.hasOwn(options, kind) ? options[kind] : undefined
}
