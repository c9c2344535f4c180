/** Warnings of addresses that are written in a way of their own. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { blockOf } from './addresses.ts'

const plainOf = (text: string) => (/^\d+(\.\d+){3}$/.test(text) ? text.split('.').map(Number).join('.') : text)
const sixthOf = (text: string) => new SocketAddress({ address: text, family: 'ipv6' }).address

const mapped = (text: string) => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1]

export function addressWarnings(field: string, text: string): string[] {
  const plain = mapped(text) ?? plainOf(text)
  if (!isIPv4(plain) && !isIPv6(plain)) return []
  if (isIPv4(plain))
    return plain === text
      ? []
      : [
          `${field}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(plain)}`
        ]
  const canonical = sixthOf(plain)
  if (canonical === text) return []
  return [`${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`]
}

export function blockWarnings(field: string, text: string): string[] {
  const block = blockOf(text)
  if (block === undefined || isIPv6(block.address)) return []
  const { address, bits } = block
  const base = baseOf(address, bits)
  const shown = `${base}/${bits}`
  const warnings =
    base === address
      ? []
      : [
          `${field}: CIDR value ${JSON.stringify(text)} is ambiguous in this context (should be ${JSON.stringify(shown)} or ${JSON.stringify(`${address}/32`)}?)`
        ]
  if (`${address}/${bits}` !== text)
    warnings.push(
      `${field}: non-standard CIDR value ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(shown)}`
    )
  return warnings
}

/** The first address of the block of `bits` that holds an IPv4 address. */
function baseOf(address: string, bits: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - bits)
  const base = Math.floor(value / size) * size
  return [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')
}
