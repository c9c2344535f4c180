/** What a recorded case of upstream runs: answers with the word of the container beside it. */
import { createServer, get } from 'node:http'

createServer((_request, response) => {
  get('http://127.0.0.1:8882/', (other) => other.pipe(response)).on('error', (error) => response.writeHead(502).end(error.message))
}).listen(Number(process.env.PORT ?? 8881))
