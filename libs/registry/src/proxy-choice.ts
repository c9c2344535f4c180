/** Which proxy a request goes through: Go's rules (golang.org/x/net/http/httpproxy), for a cluster's NO_PROXY is written for Go programs. */
import { BlockList, isIP } from 'node:net'

/** Addresses of proxies; '' for none. `none` lists between commas what is asked directly. */
export interface Proxies {
  readonly http: string
  readonly https: string
  readonly none: string
  /** For everything else that `none` does not list, loopback addresses too, by tunnels alone: the one way out of where this process is. Default: none. */
  readonly only?: string
}

/** A proxy, and whether requests without TLS go through tunnels too. */
export interface ProxyChoice {
  readonly url: URL
  readonly tunnel: boolean
}

/** The proxy's address; undefined for a host that is asked directly: `localhost` and loopback addresses always are. */
export function proxyFor({ protocol, hostname, port }: URL, { http, https, none, only = '' }: Proxies): ProxyChoice | undefined {
  const address = only !== '' ? only : protocol === 'https:' ? https : http
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (address === '') return undefined
  if (only === '' && (host === 'localhost' || host.endsWith('.localhost') || isLoopback(host))) return undefined
  const asked = port === '' ? (protocol === 'https:' ? '443' : '80') : port
  if (none.split(/[,\s]+/).some((entry) => entry !== '' && names(entry.toLowerCase(), host, asked))) return undefined
  return { url: new URL(address.includes('://') ? address : `http://${address}`), tunnel: only !== '' }
}

function names(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const [network = '', prefix] = entry.split('/')
  if (prefix !== undefined) return isWithin(network, Number(prefix), host)
  const colon = isIP(entry) === 6 ? -1 : entry.lastIndexOf(':')
  if (colon >= 0 && entry.slice(colon + 1) !== port) return false
  const name = (colon < 0 ? entry : entry.slice(0, colon)).replace(/^\[(.*)\]$/, '$1')
  const suffix = name.replace(/^\*?\./, '')
  return host.endsWith(`.${suffix}`) || (name === suffix && host === name)
}

function isWithin(network: string, prefix: number, host: string): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !(prefix >= 0 && prefix <= (family === 4 ? 32 : 128))) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

const isLoopback = (host: string): boolean => host === '::1' || isWithin('127.0.0.0', 8, host)
