/** Connections to registries, directly and through proxies. undici is loaded when the first is made: most processes make none. */
import type { Agent, Dispatcher, ProxyAgent, request } from 'undici'
import { proxyFor } from './proxy-choice.ts'
import type { RegistryAccess } from './registry-access.ts'

export interface Connections {
  readonly request: typeof request
  dispatcherFor(url: URL): Dispatcher
  close(): Promise<void>
}

export async function openConnections({ authorities, proxies, connectMs, idleMs }: RegistryAccess): Promise<Connections> {
  const undici = await import('undici')
  const tls = { ca: [...authorities()], timeout: connectMs }
  const times = { headersTimeout: idleMs, bodyTimeout: idleMs }
  const direct: Agent = new undici.Agent({ ...times, connect: tls })
  const byProxy = new Map<string, ProxyAgent>()
  return {
    request: undici.request,
    dispatcherFor(url) {
      const proxy = proxyFor(url, proxies)?.href
      if (proxy === undefined) return direct
      const agent = byProxy.get(proxy) ?? new undici.ProxyAgent({ ...times, uri: proxy, requestTls: tls, proxyTls: tls })
      byProxy.set(proxy, agent)
      return agent
    },
    async close() {
      await Promise.all([direct, ...byProxy.values()].map((agent) => agent.close()))
    }
  }
}
