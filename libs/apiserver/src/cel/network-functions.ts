/** Kubernetes' URLs, IP addresses and CIDR blocks in CEL. */
import type { Environment } from '@marcbachmann/cel-js'
import { BlockList, isIP, isIPv4 } from 'node:net'
import { registerNamespace } from './namespace.ts'

class Url {
  readonly url: URL
  constructor(url: URL) {
    this.url = url
  }
}

/** An absolute URL, or an absolute path; as Go's `url.ParseRequestURI`. */
function urlOf(text: string): Url | undefined {
  const isPath = text.startsWith('/')
  const url = URL.parse(text, isPath ? 'path:///' : undefined)
  return url === null || (!isPath && !/^[a-z][a-z0-9+.-]*:/i.test(text)) ? undefined : new Url(url)
}

class Ip {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const familyOf = (text: string) => (isIPv4(text) ? 'ipv4' : 'ipv6')
/** Go's addresses have no leading zeros and no zone. */
const ipOf = (text: string) => (isIP(text) === 0 || text.includes('%') ? undefined : new Ip(canonical(text)))
const canonical = (text: string) => (isIPv4(text) ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1))

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): string[] {
  const [head = '', tail] = text.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  return [...before, ...Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill('0'), ...after]
}

class Cidr {
  readonly address: string
  readonly length: number
  constructor(address: string, length: number) {
    this.address = address
    this.length = length
  }

  /** The block without the bits of the host. */
  masked(): Cidr {
    const [parts, width, radix] = isIPv4(this.address) ? [this.address.split('.'), 8, 10] : [groupsOf(this.address), 16, 16]
    const kept = parts.map((part, index) => {
      const bits = Math.min(Math.max(this.length - index * width, 0), width)
      const mask = (2 ** bits - 1) * 2 ** (width - bits)
      return (Number.parseInt(part, radix) & mask).toString(radix)
    })
    return new Cidr(isIPv4(this.address) ? kept.join('.') : canonical(kept.join(':')), this.length)
  }

  contains({ text }: Ip): boolean {
    const block = new BlockList()
    block.addSubnet(this.address, this.length, familyOf(this.address))
    return familyOf(text) === familyOf(this.address) && block.check(text, familyOf(text))
  }
}

function cidrOf(text: string): Cidr | undefined {
  const [address = '', length = '', more] = text.split('/')
  const ip = ipOf(address)
  if (ip === undefined || more !== undefined || !/^\d{1,3}$/.test(length)) return undefined
  return Number(length) <= (isIPv4(address) ? 32 : 128) ? new Cidr(ip.text, Number(length)) : undefined
}

function must<T>(made: T | undefined, why: string): T {
  if (made === undefined) throw new Error(why)
  return made
}

const first = (text: string) => Number(text.split('.', 1)[0])
const isLoopback = ({ text }: Ip) => text === '::1' || (isIPv4(text) && first(text) === 127)
const isUnspecified = ({ text }: Ip) => text === '::' || text === '0.0.0.0'
const isMulticast = ({ text }: Ip) => (isIPv4(text) ? first(text) >= 224 && first(text) <= 239 : /^ff/i.test(text))
const isLinkLocal = ({ text }: Ip) => (isIPv4(text) ? text.startsWith('169.254.') : /^fe[89ab]/i.test(text))

export function registerNetworkFunctions(environment: Environment): void {
  environment
    .registerType('URL', Url)
    .registerFunction('isURL(string): bool', (text: string) => urlOf(text) !== undefined)
    .registerFunction('url(string): URL', (text: string) =>
      must(urlOf(text), `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`)
    )
    .registerFunction('URL.getScheme(): string', ({ url }: Url) => (url.protocol === 'path:' ? '' : url.protocol.slice(0, -1)))
    .registerFunction('URL.getHost(): string', ({ url }: Url) => url.host)
    .registerFunction('URL.getHostname(): string', ({ url }: Url) => url.hostname.replace(/^\[|\]$/g, ''))
    .registerFunction('URL.getPort(): string', ({ url }: Url) => url.port)
    .registerFunction('URL.getEscapedPath(): string', ({ url }: Url) => url.pathname)
    .registerFunction(
      'URL.getQuery(): map<string, list<string>>',
      ({ url }: Url) => new Map([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)]))
    )
    .registerType('IP', Ip)
    .registerOperator('IP == IP', (a: Ip, b: Ip) => a.text === b.text)
    .registerFunction('isIP(string): bool', (text: string) => ipOf(text) !== undefined)
    .registerFunction('ip(string): IP', (text: string) =>
      must(ipOf(text), `IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`)
    )
    .registerFunction('IP.family(): int', ({ text }: Ip) => (isIPv4(text) ? 4n : 6n))
    .registerFunction('IP.isLoopback(): bool', isLoopback)
    .registerFunction('IP.isUnspecified(): bool', isUnspecified)
    .registerFunction('IP.isLinkLocalMulticast(): bool', ({ text }: Ip) => /^ff02/i.test(text) || text.startsWith('224.0.0.'))
    .registerFunction('IP.isLinkLocalUnicast(): bool', isLinkLocal)
    .registerFunction(
      'IP.isGlobalUnicast(): bool',
      (one: Ip) => !(isLoopback(one) || isUnspecified(one) || isMulticast(one) || isLinkLocal(one) || one.text === '255.255.255.255')
    )
    .registerFunction('string(IP): string', ({ text }: Ip) => text)
    .registerType('CIDR', Cidr)
    .registerOperator('CIDR == CIDR', (a: Cidr, b: Cidr) => a.address === b.address && a.length === b.length)
    .registerFunction('isCIDR(string): bool', (text: string) => cidrOf(text) !== undefined)
    .registerFunction('cidr(string): CIDR', (text: string) =>
      must(cidrOf(text), `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)})`)
    )
    .registerFunction('CIDR.containsIP(string): bool', (block: Cidr, text: string) =>
      block.contains(must(ipOf(text), 'unable to parse IP'))
    )
    .registerFunction('CIDR.containsIP(IP): bool', (block: Cidr, ip: Ip) => block.contains(ip))
    .registerFunction('CIDR.containsCIDR(string): bool', (block: Cidr, text: string) =>
      holds(block, must(cidrOf(text), 'unable to parse CIDR'))
    )
    .registerFunction('CIDR.containsCIDR(CIDR): bool', holds)
    .registerFunction('CIDR.masked(): CIDR', (block: Cidr) => block.masked())
    .registerFunction('CIDR.ip(): IP', ({ address }: Cidr) => new Ip(address))
    .registerFunction('CIDR.prefixLength(): int', ({ length }: Cidr) => BigInt(length))
  registerNamespace(environment, 'ip', {
    'isCanonical(string): bool': (text: string) => must(ipOf(text), 'unable to parse IP').text === text
  })
}

const holds = (block: Cidr, inner: Cidr) => inner.length >= block.length && block.contains(new Ip(inner.address))
