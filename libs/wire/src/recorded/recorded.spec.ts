/** Roles of two versions talk to each other while a release is rolled out: what is recorded of one is understood by the other. */
import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { messageCodecs } from './message-codecs.ts'
import { plainOf, recordedMessages, recordedPath, recordedVersions } from './recorded-message.ts'
import { type MessageName, sampleMessages } from './sample-messages.ts'

/** Field 2000 (a number) and field 2001 (text), which no message has. */
const newerFields = Buffer.from([0x80, 0x7d, 0x2a, 0x8a, 0x7d, 0x03, 0x6e, 0x65, 0x77])
const names = Object.keys(sampleMessages) as MessageName[]
const bytesOf = (name: MessageName): Uint8Array => messageCodecs[name].encode(sampleMessages[name] as never).finish()

/** The messages of a version by its own descriptors. */
function schemaOf(version: string): protobuf.Root {
  const { file } = JSON.parse(readFileSync(recordedPath(version, 'schema.json'), 'utf8')) as { readonly file: object[] }
  const root = protobuf.Root as unknown as { fromDescriptor(set: object): protobuf.Root }
  return root.fromDescriptor(descriptor.FileDescriptorSet.fromObject({ file }))
}

describe.each(recordedVersions())('version %s', (version) => {
  const recorded = recordedMessages(version)
  const cases = recorded.map((each) => [each.message, each] as const)

  it.each(cases)('sends %s, which says here what it said there, and is sent on as it was', (_name, { message, says, base64 }) => {
    const { decode, encode } = messageCodecs[message]
    const decoded = decode(Buffer.from(base64, 'base64'))
    // What later versions have added is not set.
    expect(plainOf(decoded)).toMatchObject(says)
    expect(Buffer.from(encode(decoded as never).finish()).toString('base64')).toBe(base64)
  })

  it.each(names.filter((name) => recorded.some(({ message }) => message === name)))('understands what is sent as %s now', (name) => {
    const type = schemaOf(version).lookupType(name)
    const seen = type.toObject(type.decode(bytesOf(name)), { longs: String })
    expect(Object.keys(seen).length).toBeGreaterThan(0)
    expect(plainOf(sampleMessages[name])).toMatchObject(seen)
  })
})

it.each(names)('what a later version adds to %s is passed over', (name) => {
  const { decode } = messageCodecs[name]
  const bytes = bytesOf(name)
  expect(decode(Buffer.concat([bytes, newerFields]))).toEqual(decode(bytes))
})

it('the samples set every field of every message that is sent', () => {
  const root = schemaOf(recordedVersions().at(-1) ?? '')
  const unset: string[] = []
  const visit = (type: protobuf.Type, values: readonly Readonly<Record<string, unknown>>[]): void => {
    for (const field of type.fieldsArray) {
      field.resolve()
      const set = values.flatMap((value) => (value[field.name] === undefined ? [] : [value[field.name]]))
      if (set.length === 0) unset.push(`${type.fullName}.${field.name}`)
      const inner = set.flat() as Readonly<Record<string, unknown>>[]
      if (field.resolvedType instanceof protobuf.Type && !field.map) visit(field.resolvedType, inner)
    }
  }
  for (const name of names) {
    if (name === 'knative.autoscaling.v1.Stat') continue
    const type = root.lookup(name)
    // Kinds of messages that are younger than that version are recorded with the next one.
    if (!(type instanceof protobuf.Type)) continue
    visit(type, [type.toObject(type.decode(bytesOf(name)), { longs: String }) as Record<string, unknown>])
  }
  expect(unset).toEqual([])
})
