import { createServer, type IncomingMessage, type Server } from 'node:http'
import { WebSocketServer } from 'ws'

/** A user container for tests. `/hold` answers when released; `/echo` echoes; `/sleep?ms` waits; `/drip` writes once and stays silent. */
export class UserApp {
  readonly port: number
  readonly seen: IncomingMessage[] = []
  running = 0
  mostAtOnce = 0
  readonly #server: Server
  readonly #held: (() => void)[] = []

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  static async start(port = 0): Promise<UserApp> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const app = new UserApp(server, (server.address() as { port: number }).port)
    server.on('request', (request, response) => {
      app.seen.push(request)
      app.running++
      app.mostAtOnce = Math.max(app.mostAtOnce, app.running)
      response.on('close', () => app.running--)
      const url = new URL(request.url ?? '/', 'http://app')
      if (url.pathname === '/echo') request.pipe(response)
      else if (url.pathname === '/hold') app.#held.push(() => response.end('held'))
      else if (url.pathname === '/sleep') setTimeout(() => response.end('slept'), Number(url.searchParams.get('ms')))
      else if (url.pathname === '/drip') response.write('drip')
      else if (url.pathname === '/headers') response.end(JSON.stringify(request.headers))
      else response.end('hello')
    })
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket) => socket.on('message', (message, binary) => socket.send(message, { binary })))
    return app
  }

  get holding(): number {
    return this.#held.length
  }

  release(count = Number.POSITIVE_INFINITY): void {
    for (const answer of this.#held.splice(0, count)) answer()
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
