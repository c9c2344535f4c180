/** What a recorded case of upstream runs: one of two versions. */
import { createServer } from 'node:http'

createServer((_request, response) => response.end('What a spaceport! version 1\n')).listen(Number(process.env.PORT ?? 8080))
