import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from '@jest/globals'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { runInContainer } from './run-in-container.ts'

/** Both ends of a stream that the event loop has to read. */
async function pipe(): Promise<{ readonly from: Socket; readonly to: Socket; close(): void }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const to = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [from] = (await once(server, 'connection')) as [Socket]
  const close = (): void => {
    from.destroy()
    to.destroy()
    server.close()
  }
  return { from, to, close }
}

function busyFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until) continue
}

it('hears what a command said though the agent was busy when it ended, and does not wait for whoever keeps its output open', async () => {
  const { from, to, close } = await pipe()
  const ended = new Promise<number>((resolve) => {
    setImmediate(() => {
      resolve(1)
      // The wait for the output has begun and is over when the loop turns again, with the output in the kernel's hands.
      setImmediate(() => {
        from.write('not yet: the database is away\n')
        busyFor(400)
      })
    })
  })
  const session = {
    stdin: undefined,
    stdout: to,
    stderr: undefined,
    exitCode: new Promise<number>(() => undefined),
    ended,
    resize: () => undefined,
    kill: () => undefined
  }
  const running = { exec: () => session } as unknown as RunningContainer
  try {
    expect(await runInContainer(running, ['check'], 10_000)).toEqual({
      code: 1,
      output: 'not yet: the database is away\n',
      timedOut: false
    })
  } finally {
    close()
  }
})
