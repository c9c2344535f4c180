/** A process that serves on the listening socket that it was given as file descriptor 3. */
import { createServer } from '../server/create-server.ts'

await createServer({ handler: (exchange) => void exchange.respond(200, {}, 'inherited') }).listen({ fd: 3 })
