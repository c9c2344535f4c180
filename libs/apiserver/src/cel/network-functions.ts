/** Kubernetes' URLs, IP addresses and CIDR blocks in CEL (`apiserver/pkg/cel/library/{urls,ip,cidr}.go`). */
import type { Environment } from '@marcbachmann/cel-js'
import { GoUrl } from './go-url.ts'
import { IpAddress, IpPrefix } from './ip-address.ts'
import { registerNamespace } from './namespace.ts'

function isSomething(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text)
      return true
    } catch {
      // That it is none is the answer.
      return false
    }
  }
}

function urlOf(text: string): GoUrl {
  try {
    return GoUrl.parse(text)
  } catch (error) {
    throw new Error(`URL parse error during conversion from string: ${(error as Error).message}`, { cause: error })
  }
}

/** The reference takes the error of the text for a value of the wrong type. */
function addressIn(text: string): IpAddress {
  if (!isSomething(IpAddress.parse)(text)) throw new Error('no such overload')
  return IpAddress.parse(text)
}

const holds = (block: IpPrefix, inner: IpPrefix) => inner.length >= block.length && block.contains(inner.address)

export function registerNetworkFunctions(environment: Environment): void {
  environment
    .registerType('URL', GoUrl)
    .registerOperator('URL == URL', (a: GoUrl, b: GoUrl) => a.text === b.text)
    .registerFunction('isURL(string): bool', isSomething(GoUrl.parse))
    .registerFunction('url(string): URL', urlOf)
    .registerFunction('URL.getScheme(): string', ({ scheme }: GoUrl) => scheme)
    .registerFunction('URL.getHost(): string', ({ host }: GoUrl) => host)
    .registerFunction('URL.getHostname(): string', ({ hostname }: GoUrl) => hostname)
    .registerFunction('URL.getPort(): string', ({ port }: GoUrl) => port)
    .registerFunction('URL.getEscapedPath(): string', (url: GoUrl) => url.escapedPath)
    .registerFunction('URL.getQuery(): map<string, list<string>>', ({ query }: GoUrl) => query)
    .registerType('IP', IpAddress)
    .registerOperator('IP == IP', (a: IpAddress, b: IpAddress) => a.text === b.text)
    .registerFunction('isIP(string): bool', isSomething(IpAddress.parse))
    .registerFunction('ip(string): IP', IpAddress.parse)
    .registerFunction('IP.family(): int', ({ is4 }: IpAddress) => (is4 ? 4n : 6n))
    .registerFunction('IP.isLoopback(): bool', ({ isLoopback }: IpAddress) => isLoopback)
    .registerFunction('IP.isUnspecified(): bool', ({ isUnspecified }: IpAddress) => isUnspecified)
    .registerFunction('IP.isLinkLocalMulticast(): bool', ({ isLinkLocalMulticast }: IpAddress) => isLinkLocalMulticast)
    .registerFunction('IP.isLinkLocalUnicast(): bool', ({ isLinkLocalUnicast }: IpAddress) => isLinkLocalUnicast)
    .registerFunction('IP.isGlobalUnicast(): bool', ({ isGlobalUnicast }: IpAddress) => isGlobalUnicast)
    .registerFunction('string(IP): string', ({ text }: IpAddress) => text)
    .registerType('CIDR', IpPrefix)
    .registerOperator('CIDR == CIDR', (a: IpPrefix, b: IpPrefix) => a.text === b.text)
    .registerFunction('isCIDR(string): bool', isSomething(IpPrefix.parse))
    .registerFunction('cidr(string): CIDR', IpPrefix.parse)
    .registerFunction('CIDR.containsIP(string): bool', (block: IpPrefix, text: string) => block.contains(addressIn(text)))
    .registerFunction('CIDR.containsIP(IP): bool', (block: IpPrefix, ip: IpAddress) => block.contains(ip))
    .registerFunction('CIDR.containsCIDR(string): bool', (block: IpPrefix, text: string) => holds(block, IpPrefix.parse(text)))
    .registerFunction('CIDR.containsCIDR(CIDR): bool', holds)
    .registerFunction('CIDR.masked(): CIDR', ({ masked }: IpPrefix) => masked)
    .registerFunction('CIDR.ip(): IP', ({ address }: IpPrefix) => address)
    .registerFunction('CIDR.prefixLength(): int', ({ length }: IpPrefix) => BigInt(length))
    .registerFunction('string(CIDR): string', ({ text }: IpPrefix) => text)
  registerNamespace(environment, 'ip', { 'isCanonical(string): bool': (text: string) => IpAddress.parse(text).text === text })
}
