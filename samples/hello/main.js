/** The smallest web service: answers with a greeting and with the revision that answered. Listens on PORT, as the runtime contract says. */

// Starts in half the time of `import { createServer } from 'node:http'`, which also loads what the module exports for WebSockets.
const { createServer } = process.getBuiltinModule('node:http')

const greeting = `Hello ${process.env.TARGET ?? 'World'}!`
const revision = process.env.K_REVISION ?? 'none'

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://hello')
  const sleepMs = Math.min(Number(searchParams.get('sleep') ?? 0) || 0, 60_000)
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-revision': revision })
    response.end(`${greeting}\n`)
  }, sleepMs)
})
server.listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
