/**
 * Asks pods over connections that stay open, one an address. A thousand pods are a thousand requests a second and as many connections: Node's own client
 * takes three times the time and many times the memory of this one, which understands only what a queue-proxy answers.
 */
import { connect, type Socket } from 'node:net'
import { stats } from '@knative-ts/wire'
import { RefusedError, type Ask } from './ask.ts'
import { parseAnswer } from './pod-answer.ts'

/** Milliseconds that a pod may take to answer (reference 3.4); a connection that nobody has used for as long is closed. */
const timeoutMs = 3_000
/** Bytes of the longest answer: statistics are some fifty, and a head. */
const longest = 64 * 1024

/** All connections read into one piece of memory: what is read is taken before the next one reads. */
const shared = Buffer.allocUnsafe(longest)

interface Waiting {
  readonly resolve: (stat: stats.Stat) => void
  readonly reject: (error: Error) => void
}

/** An answer begun and not over, or a connection that nobody waits on. */
interface Connection {
  readonly socket: Socket
  waiting: Waiting | undefined
  received: Buffer | undefined
  /** It has answered before: its end may have been on its way when it was asked again. */
  used: boolean
}

/** Keeps connections to pods; `Ask` of one address at a time, more than one at once get connections of their own. */
export function createAskPods(): Ask {
  const idle = new Map<string, Connection>()

  const open = (address: string): Connection => {
    const split = address.lastIndexOf(':')
    const host = address.slice(0, split).replace(/^\[(.*)\]$/, '$1')
    const take = (count: number): boolean => {
      read(connection, shared.subarray(0, count))
      return true
    }
    const socket = connect({ host, port: Number(address.slice(split + 1)), noDelay: true, onread: { buffer: shared, callback: take } })
    const connection: Connection = { socket, waiting: undefined, received: undefined, used: false }
    const fail = (error: Error): void => {
      if (idle.get(address) === connection) idle.delete(address)
      const { waiting } = connection
      connection.waiting = undefined
      socket.destroy()
      waiting?.reject(error)
    }
    const read = (on: Connection, bytes: Buffer): void => {
      const all = on.received === undefined ? bytes : Buffer.concat([on.received, bytes])
      const answer = on.waiting === undefined ? ({ kind: 'bad', why: 'an answer to nothing' } as const) : parseAnswer(all)
      if (answer.kind === 'more' && all.length < longest) {
        on.received = Buffer.from(all)
        return
      }
      if (answer.kind !== 'whole') return fail(new Error(answer.kind === 'bad' ? answer.why : 'the answer is too long'))
      const { waiting } = on
      on.waiting = undefined
      on.received = undefined
      on.used = true
      if (answer.close || idle.has(address)) socket.destroy()
      else idle.set(address, on)
      settle(waiting, answer)
    }
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)))
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the connection was closed before an answer')))
    return connection
  }

  const ask = (address: string, connection: Connection): Promise<stats.Stat> =>
    new Promise((resolve, reject) => {
      connection.waiting = { resolve, reject }
      connection.socket.write(`GET /metrics HTTP/1.1\r\nHost: ${address}\r\nAccept: application/protobuf\r\n\r\n`)
    })

  return async (address) => {
    const kept = idle.get(address)
    if (kept === undefined) return ask(address, open(address))
    idle.delete(address)
    try {
      return await ask(address, kept)
    } catch (error) {
      // The pod has closed what was idle, perhaps as the request was on its way: it has not been asked yet.
      if (error instanceof RefusedError || kept.received !== undefined) throw error
      return ask(address, open(address))
    }
  }
}

function settle(waiting: Waiting | undefined, { status, body }: { readonly status: number; readonly body: Buffer }): void {
  if (status !== 200) return waiting?.reject(new RefusedError(status))
  try {
    waiting?.resolve(stats.Stat.decode(body))
  } catch (error) {
    waiting?.reject(new Error('the answer is no statistics', { cause: error }))
  }
}
