/** What a recorded case of upstream runs: listens, and says for ten minutes that it is not ready. */
import { createServer } from 'node:http'

createServer((_request, response) => response.writeHead(500).end('not ready\n')).listen(Number(process.env.PORT ?? 8080))
