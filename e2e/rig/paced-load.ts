import { Agent } from 'node:http'
import type { GatewayAddress } from './gateway-address.ts'
import type { Load } from './load.ts'
import { sendRequest } from './send-request.ts'

export interface PacedLoadOptions extends GatewayAddress {
  readonly host: string
  readonly path: string
  readonly perSecond: number
}

/** So many requests a second, whether or not those before are answered. */
export function startPacedLoad(options: PacedLoadOptions): Load {
  const { host, path, perSecond, ...gateway } = options
  const agent = new Agent({ keepAlive: true })
  const failures: string[] = []
  const open = new Set<Promise<void>>()
  let sent = 0
  const timer = setInterval(() => {
    sent++
    const asked: Promise<void> = sendRequest({ ...gateway, host, path, agent })
      .then(({ status }) => void (status === 200 || failures.push(`HTTP ${status}`)))
      .catch((error: Error) => void failures.push(error.message))
      .finally(() => open.delete(asked))
    open.add(asked)
  }, 1_000 / perSecond)
  return {
    sent: () => sent,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(open)
      agent.destroy()
      return { sent, failures, retried: 0 }
    }
  }
}
