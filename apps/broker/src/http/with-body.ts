import type { Exchange } from '@knative-ts/proxy'

/**
 * Has `work` done with the whole body of a request, whose bytes are valid only during the call. A body of more than `limit` bytes is answered with 413
 * as soon as that is known.
 */
export function withBody(exchange: Exchange, limit: number, work: (body: Uint8Array) => void | Promise<void>): void | Promise<void> {
  const { body } = exchange.request
  if (body.length > limit) {
    exchange.respond(413)
    return undefined
  }
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    let over = false
    const finish = (bytes: Uint8Array): void => {
      over = true
      try {
        const done = work(bytes)
        if (done === undefined) resolve()
        else done.then(resolve, reject)
      } catch (error) {
        reject(error as Error)
      }
    }
    body.flowTo({
      chunk: (bytes) => {
        if (over) return true
        // Most bodies come whole: they are not copied.
        if (size === 0 && bytes.length === body.length) {
          finish(bytes)
          return true
        }
        size += bytes.length
        if (size > limit) {
          over = true
          body.detach()
          exchange.respond(413)
          resolve()
          return true
        }
        chunks.push(Uint8Array.prototype.slice.call(bytes))
        return true
      },
      end: () => {
        if (!over) finish(Buffer.concat(chunks, size))
      },
      // The client is gone: there is nobody to answer.
      fail: () => resolve()
    })
  })
}
