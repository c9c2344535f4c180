import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens; resolves with the port. Rejects with an Error that names the port when it is taken. */
export function listenOn(server: Server, at: { readonly host?: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`cannot listen on port ${at.port}: ${error.message}`, { cause: error })))
    server.listen(at, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Stops listening, and ends connections under way: who scrapes asks again. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
