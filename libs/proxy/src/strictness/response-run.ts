import { type TestProxy, startProxy } from '../testing/proxy.ts'
import { RawClient } from '../testing/raw-client.ts'
import { RawUpstream, type UpstreamPeer } from '../testing/raw-upstream.ts'
import { until } from '../testing/until.ts'
import { type Answer, readAnswers, valuesOf } from './answers.ts'
import type { Relayed, ResponseRow } from './response-rule.ts'

const after = 'GET /after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'

/** What came of a row: what its client got, and whether the next requests of both sides are served by the same connections. */
export interface ResponseOutcome {
  readonly ends: 'relayed' | 'refused' | 'broken'
  readonly relayed: Relayed | undefined
  readonly kept: boolean
  /** The body of the answer to a second request. */
  readonly after: string
}

/** A proxy with an upstream that answers its first request with a row, and every later one properly. */
export class ResponseRig {
  readonly proxy: TestProxy
  readonly #upstream: RawUpstream

  private constructor(proxy: TestProxy, upstream: RawUpstream) {
    this.proxy = proxy
    this.#upstream = upstream
  }

  static async start(row: ResponseRow, way: 'whole' | 'bytewise'): Promise<ResponseRig> {
    let begun = false
    const upstream = await RawUpstream.start((peer) => {
      if (!peer.received.endsWith('\r\n\r\n')) return
      const second = peer.received.includes('GET /after ')
      peer.received = ''
      if (second) peer.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafter')
      else if (!begun) void answer(peer, row, way)
      begun = true
    })
    return new ResponseRig(await startProxy(upstream.address), upstream)
  }

  async close(): Promise<void> {
    await this.proxy.close()
    await this.#upstream.close()
  }

  async run(row: ResponseRow): Promise<ResponseOutcome> {
    const client = await RawClient.to(this.proxy.port)
    try {
      client.send(row.request)
      const first = await this.#first(client, row)
      const upstream = await this.#upstream.peer(0)
      // Whatever else the upstream says is on its way; when it is dealt with, its connection is idle, or gone.
      await until(
        () => (row.kept ? this.proxy.pool.counts.idle === 1 : upstream.ended),
        () => `the upstream connection to be ${row.kept ? 'kept' : 'closed'}`
      )
      const again = client.ended ? await RawClient.to(this.proxy.port) : client
      again.received = ''
      const last = readAnswers(await endOf(again.send(after)), ['GET'], true).whole
      again.socket.destroy()
      return { ...first, kept: this.#upstream.connections.length === 1, after: last.map(({ body }) => body).join() }
    } finally {
      client.socket.destroy()
    }
  }

  async #first(client: RawClient, row: ResponseRow): Promise<Pick<ResponseOutcome, 'ends' | 'relayed'>> {
    const read = (): ReturnType<typeof readAnswers> => readAnswers(client.received, [row.method], client.ended)
    await until(
      () => client.ended || read().whole.length > 0,
      () => `an answer; there came ${JSON.stringify(client.received.slice(0, 500))}`
    )
    const { whole, broken, rest } = read()
    const [answer] = whole
    if (rest !== '') throw new Error(`more than an answer: ${JSON.stringify(rest)}`)
    if (answer === undefined) return { ends: 'broken', relayed: broken && relayedOf(broken) }
    const refused = answer.status === 502 && valuesOf(answer.fields, 'content-type').includes('text/plain; charset=utf-8')
    return refused ? { ends: 'refused', relayed: undefined } : { ends: 'relayed', relayed: relayedOf(answer) }
  }
}

async function endOf(client: RawClient): Promise<string> {
  return client.end()
}

function relayedOf({ status, fields, body, trailers, interim }: Answer): Relayed {
  const own = fields.filter((field) => !/^(?:content-length|transfer-encoding|connection):/i.test(field))
  return { status, fields: own, body, trailers, interim }
}

async function answer(peer: UpstreamPeer, row: ResponseRow, way: 'whole' | 'bytewise'): Promise<void> {
  const bytes = Buffer.from(row.bytes, 'latin1')
  const single = way === 'whole' ? 0 : Math.min(bytes.length, 300)
  for (let at = 0; at < single; at++) {
    if (peer.closed) return
    peer.send(bytes.subarray(at, at + 1))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!peer.closed && single < bytes.length) peer.send(bytes.subarray(single))
  if (row.hangsUp) peer.socket.end()
}
