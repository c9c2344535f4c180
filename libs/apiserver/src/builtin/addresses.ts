/** Rules of addresses and blocks of addresses, as lenient as the reference's legacy fields are: leading zeros pass. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { invalidValue, type Cause } from '../http/errors.ts'

/** An address without leading zeros; undefined for what is none. */
function parsed(text: string): string | undefined {
  const plain = /^\d+(\.\d+){3}$/.test(text) ? text.split('.').map(Number).join('.') : text
  return isIPv4(plain) || (isIPv6(plain) && !plain.includes('%')) ? plain : undefined
}

/** What is wrong with an address. */
export const addressProblems = (text: string): string[] =>
  parsed(text) === undefined ? ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'] : []

/** Whether an address is of the sixth version. */
export const isSixth = (text: string): boolean => isIPv6(parsed(text) ?? '')

/** Whether a text is an address at all. */
export const isAddress = (text: string): boolean => parsed(text) !== undefined

interface Block {
  readonly address: string
  readonly bits: number
}

/** A block such as `10.0.0.0/8`; undefined for what is none. */
export function blockOf(text: string): Block | undefined {
  const [address = '', bits = '', ...rest] = text.split('/')
  const plain = parsed(address)
  if (plain === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined
  return Number(bits) > (isIPv6(plain) ? 128 : 32) ? undefined : { address: plain, bits: Number(bits) }
}

/** What is wrong with a block of addresses. */
export const blockProblems = (text: string): string[] =>
  blockOf(text) === undefined ? ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'] : []

/** Whether `inner` lies in `outer`, and is smaller. */
export function isStrictlyInside(inner: Block, outer: Block): boolean {
  const family = isIPv6(outer.address) ? 'ipv6' : 'ipv4'
  if (isIPv6(inner.address) !== (family === 'ipv6') || outer.bits >= inner.bits) return false
  const list = new BlockList()
  list.addSubnet(outer.address, outer.bits, family)
  return list.check(inner.address, family)
}

const ranges = (...blocks: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const text of blocks) {
    const { address, bits } = blockOf(text) ?? { address: '', bits: 0 }
    list.addSubnet(address, bits, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}
const LOOPBACK = ranges('127.0.0.0/8', '::1/128')
const LINK_LOCAL = ranges('169.254.0.0/16', 'fe80::/10')
const LINK_MULTICAST = ranges('224.0.0.0/24', 'ff02::/16')

/** Addresses that no endpoint can have, one in 127.0.0.0/8 apart when `loopback` says so: pods of the mode without root live there. */
export function checkEndpointAddress(text: string, field: string, loopback = false): Cause[] {
  const address = parsed(text)
  if (address === undefined) return [invalidValue(field, text, 'must be a valid IP address')]
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  const refuse = (why: string) => [invalidValue(field, text, why)]
  if (address === '0.0.0.0' || address === '::') return refuse(`may not be unspecified (${text})`)
  if (!(loopback && family === 'ipv4') && LOOPBACK.check(address, family))
    return refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (LINK_LOCAL.check(address, family)) return refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  return LINK_MULTICAST.check(address, family) ? refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)') : []
}
