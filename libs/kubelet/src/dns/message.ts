/** The little of RFC 1035 that a name server for one zone needs: one question in, its answers out. */

/** A question as asked. `name` is in lower case without the final dot. */
export interface Question {
  readonly id: number
  readonly name: string
  readonly type: number
  readonly recursionDesired: boolean
  /** The question section, to be repeated in the answer. */
  readonly section: Buffer
}

/** One answer: an address, or the name to ask for instead. */
export type DnsRecord =
  | { readonly type: 'A'; readonly name: string; readonly address: string }
  | { readonly type: 'CNAME'; readonly name: string; readonly target: string }

export const recordTypes = { A: 1, CNAME: 5, AAAA: 28 } as const
export const responseCodes = { ok: 0, serverFailure: 2, noSuchName: 3 } as const

const ttlSeconds = 5
/** Without EDNS a client takes 512 bytes over UDP. */
const udpBytes = 512

/** Reads a query; undefined when it is none, or not well formed. */
export function parseQuery(packet: Buffer): Question | undefined {
  if (packet.length < 17 || packet.readUInt16BE(4) !== 1 || ((packet[2] as number) & 0xf8) !== 0) return undefined
  const labels: string[] = []
  let at = 12
  for (;;) {
    const length = packet[at]
    if (length === undefined || length > 63 || at + 1 + length > packet.length) return undefined
    at++
    if (length === 0) break
    labels.push(packet.toString('latin1', at, at + length))
    at += length
  }
  if (at + 4 > packet.length) return undefined
  return {
    id: packet.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: packet.readUInt16BE(at),
    recursionDesired: ((packet[2] as number) & 1) === 1,
    section: packet.subarray(12, at + 4)
  }
}

/** The answer to a question. Over UDP what does not fit is left out and the message marked as cut short. */
export function response(question: Question, code: number, records: readonly DnsRecord[], overUdp: boolean): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(question.id, 0)
  head.writeUInt16BE(1, 4)
  const parts = [head, question.section]
  let length = 12 + question.section.length
  let count = 0
  let cut = false
  for (const record of records) {
    const encoded = encode(record)
    if (overUdp && length + encoded.length > udpBytes) {
      cut = true
      break
    }
    parts.push(encoded)
    length += encoded.length
    count++
  }
  // Response, authoritative, recursion available; cut short and recursion desired as they are.
  head.writeUInt16BE(0x8480 | (cut ? 0x0200 : 0) | (question.recursionDesired ? 0x0100 : 0) | code, 2)
  head.writeUInt16BE(count, 6)
  return Buffer.concat(parts)
}

function encode(record: DnsRecord): Buffer {
  const content = record.type === 'A' ? Buffer.from(record.address.split('.').map(Number)) : encodeName(record.target)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(recordTypes[record.type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(ttlSeconds, 4)
  fixed.writeUInt16BE(content.length, 8)
  return Buffer.concat([encodeName(record.name), fixed, content])
}

function encodeName(name: string): Buffer {
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .filter((label) => label !== '')
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0])
  ])
}
