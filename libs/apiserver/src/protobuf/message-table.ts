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
