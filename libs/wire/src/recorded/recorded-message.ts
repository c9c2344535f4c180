import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MessageName } from './sample-messages.ts'

/** A message as a release sends it. */
export interface RecordedMessage {
  readonly message: MessageName
  /** What it says; 64-bit numbers as text, as in protobuf's JSON. */
  readonly says: object
  readonly base64: string
}

const directory = fileURLToPath(new URL('../../recorded/', import.meta.url))

/** Versions that are recorded, by name of their directory. */
export const recordedVersions = (): readonly string[] => readdirSync(directory).sort()

/** Where a version has a file: `messages.json`, or `schema.json` with its .proto files as descriptors. */
export const recordedPath = (version: string, file: 'messages.json' | 'schema.json'): string => `${directory}${version}/${file}`

export const recordedMessages = (version: string): readonly RecordedMessage[] =>
  JSON.parse(readFileSync(recordedPath(version, 'messages.json'), 'utf8')) as RecordedMessage[]

/** A decoded message as JSON has it. */
export const plainOf = (message: object): object =>
  JSON.parse(JSON.stringify(message, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as object
