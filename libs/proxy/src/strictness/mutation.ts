import { requestRules } from './corpus/index.ts'
import type { Row } from './rule.ts'
import type { Seeded } from '../testing/seeded.ts'

/** Rows that are short enough to be read by the thousand. */
export const shortRows: readonly Row[] = requestRules
  .flatMap(({ rows }) => rows)
  .filter(({ bytes, ends }) => bytes.length < 2000 && ends !== 'http2')

const accepted = shortRows.filter(({ ends }) => ends === 'open')

/** What a parser may trip over. */
const bits = [
  // bytes that mean something, and some that must not be there
  ['\r', '\n', '\r\n', '\r\n\r\n', '\n\n', '\0', '\t', ' ', '  ', '\x0b', '\x7f', '\x80', '\xff', ':', ';', ',', '=', '"', '\\', '/', '*'],
  [
    '0',
    '1',
    '5',
    'F',
    'g',
    '-',
    '+',
    '0x',
    '%',
    '%0',
    '#',
    '?',
    '@',
    '[',
    ']',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'http://h',
    'h2c',
    'close'
  ],
  // fields and frames
  ['chunked', 'Content-Length: 1\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: h\r\n', 'Connection: close\r\n'],
  ['Connection: upgrade\r\nUpgrade: a\r\n', 'Expect: 100-continue\r\n', 'Trailer: a\r\n', '0\r\n\r\n', '1\r\na\r\n'],
  ['GET / HTTP/1.1\r\nHost: h\r\n\r\n']
].flat()

/** A row, two to four accepted ones behind each other, or either of them damaged in one to three places. Never HTTP/2. */
export function message(random: Seeded): string {
  for (;;) {
    const base = random.below(3) === 0 ? sequence(random) : random.of(shortRows).bytes
    const bytes = random.below(4) === 0 ? base : mutation(base, random)
    if (!bytes.startsWith('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')) return bytes
  }
}

/** Accepted rows, pipelined. */
export function sequence(random: Seeded): string {
  return Array.from({ length: 2 + random.below(3) }, () => random.of(accepted).bytes).join('')
}

/** `text`, damaged. */
export function mutation(text: string, random: Seeded): string {
  let bytes = text
  for (let times = 1 + random.below(3); times > 0; times--) bytes = damaged(bytes, random)
  return bytes
}

function damaged(text: string, random: Seeded): string {
  const at = random.below(text.length + 1)
  const replace = (length: number, by: string): string => text.slice(0, at) + by + text.slice(at + length)
  switch (random.below(10)) {
    case 0:
      return replace(1, String.fromCharCode(random.below(256)))
    case 1:
      return replace(1, '')
    case 2:
      return replace(0, random.of(bits))
    case 3:
      return replace(1, random.of(bits))
    case 4:
      return replace(1 + random.below(8), '')
    case 5:
      return replace(0, text.slice(at, at + 1 + random.below(20)))
    case 6:
      return replace(1, swapCase(text.slice(at, at + 1)))
    case 7:
      return lines(text, random)
    case 8:
      return text.slice(0, at) + random.of(shortRows).bytes.slice(-1 - random.below(60))
    default:
      return lineEnd(text, at, random)
  }
}

function swapCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
}

/** A line is dropped, repeated, or changes places with another. */
function lines(text: string, random: Seeded): string {
  const all = text.split('\r\n')
  const [from, to] = [random.below(all.length), random.below(all.length)]
  const [line = ''] = random.below(2) === 0 ? all.splice(from, 1) : all.slice(from)
  if (random.below(3) > 0) all.splice(to, 0, line)
  return all.join('\r\n')
}

/** The next line end becomes another. */
function lineEnd(text: string, from: number, random: Seeded): string {
  const at = text.indexOf('\r\n', from)
  if (at < 0) return text
  return text.slice(0, at) + random.of(['\r', '\n', '', '\r\r\n', '\n\r', ' \r\n', '\t\r\n', '\r\n ', '\0\r\n']) + text.slice(at + 2)
}
