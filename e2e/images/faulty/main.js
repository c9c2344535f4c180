/** Does wrong what MODE says; without it, all that a Service needs. */
import { createServer } from 'node:http'

const { MODE = '', PORT = '8080' } = process.env
const serve = (port, host, answer) => createServer(answer).listen(port, host)
const fine = (_request, response) => response.end('fine\n')

const modes = {
  '': () => serve(PORT, '0.0.0.0', fine),
  crash() {
    console.error('cannot reach the database at db:5432')
    process.exit(7)
  },
  exit: () => process.exit(0),
  memory() {
    const held = []
    // Filled, since what is only asked for is no memory yet. Bounded, for a machine that bounds nothing.
    setInterval(() => held.length < 32 && held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5)
  },
  'no-port': () => setInterval(() => undefined, 60_000),
  'other-port': () => serve(3000, '0.0.0.0', fine),
  loopback: () => serve(PORT, '127.0.0.1', fine),
  slow: () => serve(PORT, '0.0.0.0', () => undefined),
  // Serves well, but for the path of its liveness probe.
  sick: () => serve(PORT, '0.0.0.0', (request, response) => response.writeHead(request.url === '/live' ? 500 : 200).end()),
  unready: () => serve(PORT, '0.0.0.0', (_request, response) => response.writeHead(503).end()),
  strict: () => serve(PORT, '0.0.0.0', (request, response) => response.writeHead(request.url === '/' ? 200 : 404).end())
}
modes[MODE]()
// As process 1 of a container it would not be ended by the signal alone.
process.on('SIGTERM', () => process.exit(0))
