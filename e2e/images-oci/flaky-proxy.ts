/** What may stand between a node and its registry: it passes everything on, unless a test meddles. */
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FlakyProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly asked: {
    readonly method: string
    readonly path: string
    readonly authorization: string | undefined
    readonly range: string | undefined
  }[]
  /** Answers a request itself: true. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean
  /** After so many bytes of an answer's body the connection is cut; undefined lets it pass. */
  cutAfter: (request: IncomingMessage) => number | undefined
  close(): Promise<void>
}

/** `more` are headers that each request gets on its way. */
export async function startFlakyProxy(to: string, more: Readonly<Record<string, string>> = {}): Promise<FlakyProxy> {
  const [hostname = '', port = ''] = to.split(':')
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    proxy.asked.push({ method, path, authorization: headers.authorization, range: headers.range })
    if (proxy.answer(request, response)) return
    const cut = proxy.cutAfter(request)
    const onward = ask({ hostname, port, method, path, headers: { ...headers, ...more } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      let sent = 0
      answer.on('data', (bytes: Buffer) => {
        if (cut === undefined || sent + bytes.length <= cut) {
          response.write(bytes)
          sent += bytes.length
          return
        }
        onward.destroy()
        response.write(bytes.subarray(0, cut - sent), () => request.socket.destroy())
      })
      answer.on('end', () => response.end())
    })
    // A connection that the test has cut.
    onward.on('error', () => request.socket.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FlakyProxy = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: () => false,
    cutAfter: () => undefined,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
  return proxy
}
