import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Field, JudgedRequest, Judgement } from './judgement.ts'

/** Turns of the event loop without anything new after which a parser in memory has said all that it has to say. */
const quietTurns = 4

interface Record {
  /** In the order of their heads; undefined while, or because, a body is not whole. */
  readonly requests: (JudgedRequest | undefined)[]
  refusal: string
  output: string
}

/** A connection in memory: its client has sent a message, waits, and keeps what comes back. */
class Connection extends Duplex {
  readonly record: Record = { requests: [], refusal: '', output: '' }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.record.output += chunk.toString('latin1')
    done()
  }
}

/** Node's own HTTP server, strict, with room for heads as large as ours. */
export class NodeJudge {
  readonly #server: Server

  constructor() {
    const options = { insecureHTTPParser: false, maxHeaderSize: 256 * 1024, requireHostHeader: true }
    this.#server = createServer(options, (request, response) => void answer(request, response))
    this.#server.maxHeadersCount = 0
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // The socket stays, so that what came before the error is still read to its end.
      ;(socket as unknown as Connection).record.refusal ||= error.code ?? error.message
    })
  }

  async of(message: Buffer): Promise<Judgement> {
    const connection = new Connection()
    // A server that is told to close has errors of its own on its way; they are no business of the judgement.
    connection.on('error', () => {})
    this.#server.emit('connection', connection)
    connection.push(message)
    const { record } = connection
    let before = ''
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await turn()
      const now = `${record.requests.filter((one) => one !== undefined).length} ${record.output.length} ${record.refusal}`
      if (now !== before) quiet = 0
      before = now
    }
    connection.destroy()
    const status = /^HTTP\/1\.1 ([45]\d\d.*)$/m.exec(record.output)?.[1] ?? ''
    const why = record.refusal || status
    const broken = record.requests.indexOf(undefined)
    const requests = record.requests.slice(0, broken < 0 ? undefined : broken).filter((one) => one !== undefined)
    return { requests, refused: why !== '', why }
  }

  close(): void {
    this.#server.close()
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { record } = request.socket as unknown as Connection
  const index = record.requests.push(undefined) - 1
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // The body was cut off or refused: then there is no request, and why stands in the record.
    return
  }
  const { method = '', url: target = '', headers, rawHeaders, rawTrailers } = request
  const body = Buffer.concat(chunks).toString('latin1')
  const host = headers.host ?? ''
  record.requests[index] = { method, target, host, fields: pairs(rawHeaders), body, trailers: pairs(rawTrailers) }
  response.end()
}

function pairs(raw: readonly string[]): Field[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [(raw[2 * index] ?? '').toLowerCase(), raw[2 * index + 1] ?? ''])
}
