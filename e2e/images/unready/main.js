/** Listens, and never says that it is ready. */
import { createServer } from 'node:http'

console.log('still warming the cache')
createServer((_request, response) => {
  response.writeHead(503)
  response.end('the cache is cold')
}).listen(Number(process.env.PORT ?? 8080))
// As process 1 of a container it would not be ended by the signal alone.
process.on('SIGTERM', () => process.exit(0))
