/**
 * Many watchers in one process, at as little cost as a TLS connection allows: they look for the names of objects in the bytes and parse nothing.
 * A hundred watchers at 200 writes a second read 20,000 events a second beside the server on the same processors.
 */
import { connect } from 'node:tls'
import type { ClusterConfig } from '@knative-ts/kube'
import { epochMs } from '../epoch.ts'

export interface WatchOrder {
  readonly cluster: Pick<ClusterConfig, 'server' | 'ca' | 'certificate'>
  readonly path: string
  readonly watchers: number
  /** Events that each of them will see: objects `w-0` to `w-(events - 1)`. */
  readonly events: number
}

/** When each watcher saw each event: `times[watcher][event]`, ms since the epoch. */
export interface WatchReport {
  readonly times: readonly (readonly number[])[]
}

const mark = Buffer.from('"name":"w-')
const version = Buffer.from('"resourceVersion":"')
const failed = Buffer.from('"type":"ERROR"')
/** How often a watcher may be dropped: more is no watching. */
const MOST_OPENED = 100

/**
 * Resolves with the times when every event was seen; `onOpen` is called when the answer to the watch has begun. A server may drop a watcher that cannot
 * follow: as any client would, it goes on from the last event that it has, or begins anew.
 */
function watch({ cluster, path, events }: WatchOrder, onOpen: () => void): Promise<readonly number[]> {
  const { hostname, port } = new URL(cluster.server)
  const times: number[] = Array.from({ length: events }, () => 0)
  let missing = events
  let since = ''
  let isOpen = false
  let opened = 0
  return new Promise((resolve, reject) => {
    const open = () => {
      let rest: Buffer = Buffer.alloc(0)
      const socket = connect({
        host: hostname,
        port: Number(port),
        ...(cluster.ca === undefined ? {} : { ca: cluster.ca }),
        ...cluster.certificate
      })
      socket.on('error', reject)
      socket.on('close', () =>
        ++opened < MOST_OPENED ? open() : reject(new Error(`a watch was ended ${opened} times, with ${missing} events missing`))
      )
      socket.write(`GET ${path}${since} HTTP/1.1\r\nHost: ${hostname}\r\nAccept: application/json\r\n\r\n`)
      socket.on('data', (chunk: Buffer) => {
        const now = epochMs()
        if (!isOpen) onOpen()
        isOpen = true
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        let after = 0
        for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, after)) {
          const end = bytes.indexOf('"', at + mark.length)
          if (end < 0) break
          const index = Number(bytes.toString('latin1', at + mark.length, end))
          // Twice: an object's managedFields do not name it, but nothing here depends on that.
          if (times[index] === 0) {
            times[index] = now
            missing--
          }
          after = end
        }
        const last = bytes.lastIndexOf(version)
        const end = last < 0 ? -1 : bytes.indexOf('"', last + version.length)
        if (bytes.includes(failed)) since = ''
        else if (end > 0) since = `&resourceVersion=${bytes.toString('latin1', last + version.length, end)}`
        // A name may be cut in two.
        rest = bytes.subarray(Math.max(after, bytes.length - 64))
        if (missing > 0) return
        socket.removeAllListeners('close')
        socket.destroy()
        resolve(times)
      })
    }
    open()
  })
}

/** Obeys one order of the parent: says when all watches are open, and at the end what they saw. */
export async function obey(order: WatchOrder): Promise<void> {
  let open = 0
  const watches = Array.from({ length: order.watchers }, () =>
    watch(order, () => {
      if (++open === order.watchers) process.send?.('open')
    })
  )
  const report: WatchReport = { times: await Promise.all(watches) }
  // Megabytes: the channel must not be closed before they are through.
  await new Promise((resolve) => process.send?.(report, undefined, undefined, resolve))
}
