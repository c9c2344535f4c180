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
      const proxy = proxyFor(url, proxies)
      if (proxy === undefined) return direct
      const { href: uri } = proxy.url
      const agent = byProxy.get(uri) ?? new undici.ProxyAgent({ ...times, uri, requestTls: tls, proxyTls: tls, proxyTunnel: proxy.tunnel })
      byProxy.set(uri, agent)
      return agent
    },
    async close() {
      await Promise.all([direct, ...byProxy.values()].map((agent) => agent.close()))
    }
  }
}
