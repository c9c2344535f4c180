/** HTTP/2 without TLS and nothing else: tells what came, with trailers. */
import { createServer } from 'node:http2'

const server = createServer()
server.on('stream', async (stream, headers, _flags, rawHeaders) => {
  stream.on('error', () => undefined)
  let length = 0
  let trailers = {}
  stream.on('trailers', (fields) => (trailers = { ...fields }))
  for await (const chunk of stream) length += chunk.length
  stream.respond({ ':status': 200, 'content-type': 'application/json' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': String(length) }))
  stream.end(
    JSON.stringify({
      version: '2',
      method: headers[':method'],
      path: headers[':path'],
      authority: headers[':authority'],
      length,
      trailers,
      rawHeaders
    })
  )
})
server.listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
