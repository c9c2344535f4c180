/** What the recorded cases of upstream run: answers every request. */
import { createServer } from 'node:http'

createServer((_request, response) => response.end('Hello World! How about some tasty noodles?\n')).listen(Number(process.env.PORT ?? 8080))
