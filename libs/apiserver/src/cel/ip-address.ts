/** Addresses and prefixes as Go's `net/netip` reads and writes them, with its words for what is none. */

const quoted = (text: string) => JSON.stringify(text)

class AddressError extends Error {
  constructor(input: string, why: string, at = '') {
    super(`ParseAddr(${quoted(input)}): ${why}${at === '' ? '' : ` (at ${quoted(at)})`}`)
  }
}

/** The bytes of an IPv4 address, `text` being the end of `input`. */
function bytesOf4(input: string, text: string): number[] {
  const bytes: number[] = []
  let [value, digits] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (/\d/.test(character)) {
      if (digits === 1 && value === 0) throw new AddressError(input, 'IPv4 field has octet with leading zero')
      value = value * 10 + Number(character)
      digits++
      if (value > 255) throw new AddressError(input, 'IPv4 field has value >255')
    } else if (character === '.') {
      if (digits === 0 || at === text.length - 1) throw new AddressError(input, 'IPv4 field must have at least one digit', text.slice(at))
      if (bytes.length === 3) throw new AddressError(input, 'IPv4 address too long')
      bytes.push(value)
      value = digits = 0
    } else throw new AddressError(input, 'unexpected character', text.slice(at))
  }
  if (bytes.length < 3) throw new AddressError(input, 'IPv4 address too short')
  return [...bytes, value]
}

function bytesOf6(input: string, text: string): number[] {
  const bytes: number[] = []
  let gap = -1
  let rest = text
  if (rest.startsWith('::')) {
    gap = 0
    rest = rest.slice(2)
  }
  while (rest !== '' && bytes.length < 16) {
    const digits = /^[0-9a-f]*/i.exec(rest)?.[0] ?? ''
    if (digits.length > 4) throw new AddressError(input, 'each group must have 4 or less digits', rest)
    if (digits === '') throw new AddressError(input, 'each colon-separated field must have at least one digit', rest)
    if (rest[digits.length] === '.') {
      if (gap < 0 && bytes.length !== 12)
        throw new AddressError(input, 'embedded IPv4 address must replace the final 2 fields of the address', rest)
      if (bytes.length > 12) throw new AddressError(input, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      bytes.push(...bytesOf4(input, rest))
      rest = ''
      break
    }
    const group = Number.parseInt(digits, 16)
    bytes.push(group >> 8, group & 0xff)
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) throw new AddressError(input, 'unexpected character, want colon', rest)
    if (rest.length === 1) throw new AddressError(input, 'colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (gap >= 0) throw new AddressError(input, 'multiple :: in address', rest)
    gap = bytes.length
    rest = rest.slice(1)
  }
  if (rest !== '') throw new AddressError(input, 'trailing garbage after address', rest)
  if (bytes.length < 16 && gap < 0) throw new AddressError(input, 'address string too short')
  if (bytes.length === 16 && gap >= 0) throw new AddressError(input, 'the :: must expand to at least one field of zeros')
  return gap < 0 ? bytes : [...bytes.slice(0, gap), ...Array<number>(16 - bytes.length).fill(0), ...bytes.slice(gap)]
}

/** Its bytes, and the zone of an IPv6 address. Throws Go's words for what is no address. */
function parse(input: string): { readonly bytes: readonly number[]; readonly zone: string } {
  const [kind] = /[.:%]/.exec(input) ?? []
  if (kind === '.') return { bytes: bytesOf4(input, input), zone: '' }
  if (kind === '%') throw new AddressError(input, 'missing IPv6 address')
  if (kind === undefined) throw new AddressError(input, 'unable to parse IP')
  const mark = input.indexOf('%')
  const zone = mark < 0 ? '' : input.slice(mark + 1)
  if (mark >= 0 && zone === '') throw new AddressError(input, 'zone must be a non-empty string')
  return { bytes: bytesOf6(input, mark < 0 ? input : input.slice(0, mark)), zone }
}

const is4In6 = (bytes: readonly number[]) =>
  bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff))

/** The longest run of at least two groups of zeros, the first of several, becomes `::`. */
function text6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0))
  let [start, length] = [-1, 1]
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === 0) to++
    if (to - from > length) [start, length] = [from, to - from]
  }
  const hex = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

/** One IP address. */
export class IpAddress {
  readonly bytes: readonly number[]
  constructor(bytes: readonly number[]) {
    this.bytes = bytes
  }

  /** Throws Kubernetes' words for a text that is no address that it takes. */
  static parse(text: string): IpAddress {
    const { bytes, zone } = IpAddress.#parsed(text)
    if (zone !== '') throw new Error(`IP address ${quoted(text)} with zone value is not allowed`)
    if (is4In6(bytes)) throw new Error(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`)
    return new IpAddress(bytes)
  }

  static #parsed(text: string): ReturnType<typeof parse> {
    try {
      return parse(text)
    } catch (error) {
      throw new Error(`IP Address ${quoted(text)} parse error during conversion from string: ${(error as Error).message}`, { cause: error })
    }
  }

  get is4(): boolean {
    return this.bytes.length === 4
  }

  /** The canonical text. */
  get text(): string {
    return this.is4 ? this.bytes.join('.') : text6(this.bytes)
  }

  get isLoopback(): boolean {
    return this.is4 ? this.bytes[0] === 127 : this.text === '::1'
  }

  get isUnspecified(): boolean {
    return this.bytes.every((byte) => byte === 0)
  }

  get isMulticast(): boolean {
    return this.is4 ? ((this.bytes[0] ?? 0) & 0xf0) === 0xe0 : this.bytes[0] === 0xff
  }

  get isLinkLocalMulticast(): boolean {
    const [first, second = 0, third] = this.bytes
    return this.is4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 2
  }

  get isLinkLocalUnicast(): boolean {
    const [first, second = 0] = this.bytes
    return this.is4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80
  }

  get isGlobalUnicast(): boolean {
    const isBroadcast = this.is4 && this.bytes.every((byte) => byte === 255)
    return !(isBroadcast || this.isUnspecified || this.isLoopback || this.isMulticast || this.isLinkLocalUnicast)
  }
}

/** An address and how many of its first bits make the network. */
export class IpPrefix {
  readonly address: IpAddress
  readonly length: number
  constructor(address: IpAddress, length: number) {
    this.address = address
    this.length = length
  }

  /** Throws Kubernetes' words for a text that is no prefix. */
  static parse(text: string): IpPrefix {
    const { bytes, length } = prefixOf(text)
    if (is4In6(bytes)) throw new Error(`${CONVERSION}: IPv4-mapped IPv6 address ${quoted(text)} is not allowed`)
    return new IpPrefix(new IpAddress(bytes), length)
  }

  get text(): string {
    return `${this.address.text}/${this.length}`
  }

  /** Without the bits of the host. */
  get masked(): IpPrefix {
    const bytes = this.address.bytes.map((byte, index) => byte & (0xff00 >> Math.min(Math.max(this.length - index * 8, 0), 8)) & 0xff)
    return new IpPrefix(new IpAddress(bytes), this.length)
  }

  contains(address: IpAddress): boolean {
    return address.is4 === this.address.is4 && new IpPrefix(address, this.length).masked.text === this.masked.text
  }
}

const CONVERSION = 'network address parse error during conversion from string'

function prefixOf(text: string): { readonly bytes: readonly number[]; readonly length: number } {
  const fail = (why: string) => new Error(`${CONVERSION}: ${CONVERSION}: netip.ParsePrefix(${quoted(text)}): ${why}`)
  const slash = text.lastIndexOf('/')
  if (slash < 0) throw fail("no '/'")
  const address = ((): ReturnType<typeof parse> => {
    try {
      return parse(text.slice(0, slash))
    } catch (error) {
      throw fail((error as Error).message)
    }
  })()
  if (address.zone !== '') throw fail('IPv6 zones cannot be present in a prefix')
  const bits = text.slice(slash + 1)
  if (!/^(?:\d|[1-9]\d+)$/.test(bits)) throw fail(`bad bits after slash: ${quoted(bits)}`)
  if (Number(bits) > address.bytes.length * 8) throw fail('prefix length out of range')
  return { bytes: address.bytes, length: Number(bits) }
}
