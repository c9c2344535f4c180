/** As rude-load, over HTTP/2: streams of which a good part is reset, and connections that break with all that is on them. */
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'

export interface RudeStreamsOptions {
  readonly port: number
  /** How many clients there are, each with one stream at a time; two share a connection. */
  readonly clients: number
  readonly requests: number
  /** Gives [0, 1). */
  readonly random: () => number
}

export interface RudeStreamsReport {
  sent: number
  answered: number
  /** Streams that were reset by the client, or whose connection was broken. */
  abandoned: number
  readonly failures: string[]
  /** The most requests that the user container ever had open, by its own count, and which. */
  most: number
  overlap: string
}

/** Resolves when all have been sent, and answered or given up. */
export async function startRudeStreams({ port, clients, requests, random }: RudeStreamsOptions): Promise<RudeStreamsReport> {
  const report: RudeStreamsReport = { sent: 0, answered: 0, abandoned: 0, failures: [], most: 0, overlap: '' }

  const pair = async (count: number): Promise<void> => {
    let session: ClientHttp2Session | undefined
    const current = (): ClientHttp2Session => {
      if (session === undefined || session.destroyed || session.closed) {
        session = connect(`http://127.0.0.1:${port}`)
        // Followed by `close` of its streams, which is what is looked at.
        session.on('error', () => undefined)
      }
      return session
    }
    await Promise.all(Array.from({ length: count }, () => client(current)))
    session?.destroy()
  }

  const client = async (current: () => ClientHttp2Session): Promise<void> => {
    while (report.sent < requests) {
      report.sent++
      const session = current()
      const draw = random()
      const posts = draw > 0.3
      const stream = session.request({ ':method': posts ? 'POST' : 'GET', ':path': '/', ':authority': 'one' }, { endStream: !posts })
      let status = 0
      let brokenWith = ''
      stream.on('response', (headers) => {
        status = Number(headers[':status'])
        report.most = Math.max(report.most, Number(headers['x-most'] ?? 0))
        report.overlap ||= String(headers['x-overlap'] ?? '')
      })
      stream.on('error', (error) => (brokenWith = error.message))
      stream.resume()
      const closed = new Promise<void>((resolve) => stream.once('close', resolve))
      if (draw < 0.6) {
        if (posts) stream.end('x'.repeat(20_000))
        await closed
        const given = session.destroyed && status !== 200
        if (given) report.abandoned++
        else if (status === 200 && brokenWith === '') report.answered++
        else report.failures.push(`${status} ${brokenWith}`)
        continue
      }
      report.abandoned++
      if (draw < 0.8) stream.end('x')
      else stream.write('x'.repeat(Math.floor(random() * 100_000)))
      await pause(Math.floor(random() * 8))
      if (random() < 0.03) session.destroy()
      else stream.close(constants.NGHTTP2_CANCEL)
      await closed
    }
  }

  await Promise.all(Array.from({ length: clients / 2 }, () => pair(2)))
  return report
}
