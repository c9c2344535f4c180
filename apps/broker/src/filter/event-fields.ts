import { type CloudEvent, type Header, writeBinary } from '@knative-ts/eventing'
import type { HeaderFields } from '@knative-ts/proxy'

/** An event as an answer, with headers that go along with it; of repeated ones the first. */
export function eventFields(event: CloudEvent, passed: readonly Header[]): { readonly fields: HeaderFields; readonly body: Uint8Array } {
  const { headers, body } = writeBinary(event)
  const fields: Record<string, string> = {}
  for (const [name, value] of [...headers, ...passed]) fields[name] ??= value
  return { fields, body }
}
