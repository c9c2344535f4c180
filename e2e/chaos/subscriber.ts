/** Where events end up while everything around is killed: counts what comes to which path, in memory, by id. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Subscriber {
  readonly url: string
  /** Ids in order of their first arrival at a path. */
  firstAt(path: string): ReadonlyMap<string, string>
  /** Deliveries of an id that had come before. */
  duplicates(): number
  close(): Promise<void>
}

/** Listens on an address that pods reach. `/refuse` answers 422, everything else 200. The value beside an id is its ordering key. */
export async function startSubscriber(address: string): Promise<Subscriber> {
  const seen = new Map<string, Map<string, string>>()
  let repeated = 0
  const server: Server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const path = request.url ?? '/'
      const id = String(request.headers['ce-id'])
      const ids = seen.get(path) ?? new Map<string, string>()
      seen.set(path, ids)
      if (ids.has(id)) repeated += 1
      else ids.set(id, String(request.headers['ce-partitionkey'] ?? ''))
      response.writeHead(path === '/refuse' ? 422 : 200).end()
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address}:${port}`,
    firstAt: (path) => seen.get(path) ?? new Map(),
    duplicates: () => repeated,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
