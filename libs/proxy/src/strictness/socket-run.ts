import { RawClient } from '../testing/raw-client.ts'
import { until } from '../testing/until.ts'
import { answersTo, type Outcome, outcomeOf, probe } from './outcome.ts'
import type { Row } from './rule.ts'
import type { Witness } from './witness.ts'

/** Longer messages are sent in single bytes at their ends only: what lies between is filler. */
const singleBytes = 1500

/** Sends a row to a server, all at once or byte by byte, and says what came of it. The probe follows where the row says that it is decided. */
export async function runOnSocket(port: number, witness: Witness, row: Row, way: 'whole' | 'bytewise', probed: boolean): Promise<Outcome> {
  const client = await RawClient.to(port)
  const own = client.socket.localPort as number
  try {
    const bytes = Buffer.from(row.bytes + (probed ? probe : ''), 'latin1')
    for (const piece of way === 'whole' ? [bytes] : piecesOf(bytes)) {
      if (client.ended) break
      client.send(piece)
      // Let the server read this piece before the next is written.
      if (way === 'bytewise') await new Promise((resolve) => setImmediate(resolve))
    }
    if (row.ends === 'http2') {
      await client.sees((text) => text.length >= 9)
      return { sees: witness.of(own), answers: [], fault: client.received[3] === '\x04' ? undefined : 'no settings', last: false }
    }
    // Whoever waits, or does not refuse what he should, would wait for ever: the client goes once every answer has come.
    const more = row.ends === 'open' || row.ends === 'closed' || row.ends === 'waits' ? 0 : 1
    if (!(row.ends === 'open' && probed)) {
      await until(
        () => client.ended || (witness.of(own).length >= row.sees.length && answered(client, row) >= row.sees.length + more),
        () => `${row.sees.length + more} answers; there came ${JSON.stringify(client.received.slice(0, 500))}`
      )
      client.socket.end()
    }
    const text = await client.end()
    return outcomeOf(witness.of(own), text)
  } finally {
    client.socket.destroy()
    witness.forget(own)
  }
}

function answered(client: RawClient, row: Row): number {
  return answersTo(row.sees, client.received, false).whole.length
}

function piecesOf(bytes: Buffer): Buffer[] {
  const single = (from: number, to: number): Buffer[] =>
    Array.from({ length: to - from }, (_, index) => bytes.subarray(from + index, from + index + 1))
  if (bytes.length <= singleBytes) return single(0, bytes.length)
  const edge = 300
  return [...single(0, edge), bytes.subarray(edge, bytes.length - edge), ...single(bytes.length - edge, bytes.length)]
}
