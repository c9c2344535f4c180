import { type IncomingMessage, request } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { GivenAnswer, ReadAnswer } from './answer.ts'
import type { Field } from './judgement.ts'

/** Turns of the event loop without anything new after which a parser in memory has said all that it has to say. */
const quietTurns = 4

class Connection extends Duplex {
  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done()
  }
}

/** What Node's own HTTP client, strict, makes of an answer. */
export async function readByNode({ bytes, isHead, hangsUp }: GivenAnswer): Promise<ReadAnswer> {
  const connection = new Connection()
  const seen = { status: 0, fields: [] as Field[], body: '', trailers: [] as Field[], interim: [] as number[], whole: false, why: '' }
  let steps = 0
  const asking = request({
    method: isHead ? 'HEAD' : 'GET',
    createConnection: () => connection,
    insecureHTTPParser: false,
    maxHeaderSize: 256 * 1024
  })
  asking.maxHeadersCount = 0
  asking.on('information', ({ statusCode }) => seen.interim.push(statusCode))
  asking.on('error', (error: NodeJS.ErrnoException) => (seen.why ||= error.code ?? error.message))
  asking.on('response', (response: IncomingMessage) => {
    seen.status = response.statusCode ?? 0
    seen.fields = pairs(response.rawHeaders)
    response.setEncoding('latin1')
    response.on('data', (text: string) => (seen.body += text))
    response.on('error', (error: NodeJS.ErrnoException) => (seen.why ||= error.code ?? error.message))
    response.on('end', () => {
      steps++
      seen.whole = response.complete
      seen.trailers = pairs(response.rawTrailers)
    })
  })
  asking.end()
  await turn()
  connection.push(bytes)
  if (hangsUp) connection.push(null)
  let before = ''
  for (let quiet = 0; quiet < quietTurns; quiet++) {
    await turn()
    const now = `${steps} ${seen.status} ${seen.body.length} ${seen.interim.length} ${seen.why}`
    if (now !== before) quiet = 0
    before = now
  }
  // What is destroyed before its end says so by an error of its own, which is none of the answer's.
  const result = { ...seen, refused: seen.why.startsWith('HPE_') }
  asking.destroy()
  return result
}

function pairs(raw: readonly string[]): Field[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [(raw[2 * index] ?? '').toLowerCase(), raw[2 * index + 1] ?? ''])
}
