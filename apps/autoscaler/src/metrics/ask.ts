import { get } from 'node:http'
import { stats } from '@knative-ts/wire'

/** Milliseconds that one pod may take to answer (reference 3.4). */
const timeoutMs = 3_000

/** Asks one address (`host:port`) for its statistics; rejects when it does not answer with them, with {@link RefusedError} when it answers something else. */
export type Ask = (address: string) => Promise<stats.Stat>

/** Somebody has answered, and not with statistics. */
export class RefusedError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.name = 'RefusedError'
    this.status = status
  }
}

/** Rejects when what was answered is no statistics: anybody may listen at the address of a pod. */
async function decodeStat(body: Buffer): Promise<stats.Stat> {
  try {
    return stats.Stat.decode(body)
  } catch (error) {
    throw new Error('the answer is no statistics', { cause: error })
  }
}

/** Asks over a fresh connection each time, so that a Service may lead to another pod each time. */
export function createAskService(): Ask {
  return (address) =>
    new Promise((resolve, reject) => {
      const request = get(
        `http://${address}/metrics`,
        { agent: false, timeout: timeoutMs, headers: { accept: 'application/protobuf' } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            if (response.statusCode !== 200) reject(new RefusedError(response.statusCode ?? 0))
            else decodeStat(Buffer.concat(chunks)).then(resolve, reject)
          })
        }
      )
      request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      request.on('error', reject)
    })
}
