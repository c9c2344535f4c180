import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { ImageError } from './oci.ts'

const usualDeadlineMs = 60_000
const pollMs = 20

/**
 * Runs `action` while no other process of this machine has the store. The lock is an abstract socket: the kernel lets go of it with the process,
 * so there is none that somebody killed has left behind.
 */
export async function withLock<T>(directory: string, action: () => Promise<T>, deadlineMs: number = usualDeadlineMs): Promise<T> {
  const name = `\0knative-ts-images-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 24)}`
  const deadline = performance.now() + deadlineMs
  let server = await listen(name)
  while (server === undefined) {
    if (performance.now() > deadline)
      throw new ImageError(`somebody else has had the image store ${directory} for ${deadlineMs / 60_000} min: try again later`)
    await wait(pollMs)
    server = await listen(name)
  }
  try {
    return await action()
  } finally {
    server.close()
  }
}

function listen(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(name, () => resolve(server))
  })
}
