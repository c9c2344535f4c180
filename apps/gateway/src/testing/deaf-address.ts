import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Listens, and soon accepts no more: its thread sleeps for ever. */
const source = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:worker_threads').parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`

/** A connect that has not been answered for so long on this machine is one that the kernel has dropped. */
const dropMs = 300

/** What came while this process was kept waiting is seen first. */
async function dropped(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, dropMs))
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  return true
}

/** An address that swallows connects, as that of a machine that lost its power does. */
export class DeafAddress {
  readonly address: string
  readonly #worker: Worker
  readonly #queued: readonly Socket[]

  private constructor(worker: Worker, port: number, queued: readonly Socket[]) {
    this.#worker = worker
    this.address = `127.0.0.1:${port}`
    this.#queued = queued
  }

  static async open(): Promise<DeafAddress> {
    const worker = new Worker(source, { eval: true })
    const [port] = (await once(worker, 'message')) as [number]
    // The kernel takes connects until the listener's queue is full.
    for (const queued: Socket[] = []; ;) {
      const socket = connect(port, '127.0.0.1')
      queued.push(socket)
      const answered = once(socket, 'connect').then(() => false)
      if (await Promise.race([dropped(), answered])) return new DeafAddress(worker, port, queued)
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#queued) socket.on('error', () => undefined).destroy()
    await this.#worker.terminate()
  }
}
