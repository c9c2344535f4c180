import { type CloudEvent, encodeStored, type Header } from '@knative-ts/eventing'

/** An event as it lies in a channel. */
export function storedEvent(
  id: string,
  attributes: Readonly<Record<string, string>> = {},
  data = 'x',
  passed?: readonly Header[]
): Uint8Array {
  const event: CloudEvent = {
    attributes: new Map(Object.entries({ specversion: '1.0', id, source: '/test', type: 'test', knativebrokerttl: '255', ...attributes })),
    data: Buffer.from(data)
  }
  return encodeStored(event, passed)
}
