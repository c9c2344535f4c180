import { createServer } from 'node:net'

/** The port itself when it can be listened on at 127.0.0.1, or a free one for 0. Rejects with what to do when it is taken. */
export function freePort(port: number, option: string): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.message})`
      reject(new Error(`port ${port} ${why}: give another with --${option}, or 0 for any free one`, { cause: error }))
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
