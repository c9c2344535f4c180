/** What a recorded case of upstream runs: HTTP/2 without TLS. */
import { createServer } from 'node:http2'

createServer((_request, response) => response.end('Hello, New World!\n')).listen(Number(process.env.PORT ?? 8080))
