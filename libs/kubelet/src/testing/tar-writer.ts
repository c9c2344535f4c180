/** Writes tar archives for tests: what they should be, and what they should not. */

/** One member; `type` is the letter of the format. */
export interface Member {
  readonly path: string
  readonly content?: Buffer | string
  readonly type?: '0' | '1' | '2' | '3' | '4' | '5' | '6'
  readonly link?: string
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly major?: number
  readonly minor?: number
  /** Records of a pax header before it. */
  readonly pax?: Readonly<Record<string, string>>
}

const block = 512

export function tar(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(2 * block)])
}

function blocksOf(member: Member): Buffer[] {
  const extra = { ...member.pax, ...(Buffer.byteLength(member.path) > 99 ? { path: member.path } : {}) }
  const before = Object.keys(extra).length === 0 ? [] : withBody({ path: 'pax', mode: 0o644 }, 'x', records(extra))
  return [...before, ...withBody(member, member.type ?? '0', Buffer.from(member.content ?? ''))]
}

function records(values: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(values).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    const digits = String(Buffer.byteLength(rest)).length
    const length = Buffer.byteLength(rest) + digits
    return `${String(length).length > digits ? length + 1 : length}${rest}`
  })
  return Buffer.from(lines.join(''))
}

function withBody(member: Member, type: string, body: Buffer): Buffer[] {
  const header = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number): void => void header.write(value.toString(8).padStart(length - 1, '0'), at)
  header.write(member.path.slice(0, 99), 0)
  octal(member.mode ?? (type === '5' ? 0o755 : 0o644), 100, 8)
  octal(member.uid ?? 0, 108, 8)
  octal(member.gid ?? 0, 116, 8)
  octal(body.length, 124, 12)
  octal(1_700_000_000, 136, 12)
  header.write(type, 156)
  header.write(member.link ?? '', 157)
  header.write('ustar\0', 257, 'latin1')
  header.write('00', 263)
  octal(member.major ?? 0, 329, 8)
  octal(member.minor ?? 0, 337, 8)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return [header, body, Buffer.alloc((block - (body.length % block)) % block)]
}
