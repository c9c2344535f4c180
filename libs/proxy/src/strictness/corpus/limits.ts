import { accept, chunked, chunks, get, refuse, rule, type Rule } from '../rule.ts'

/** Bytes of a head, and fields of one, as the server's defaults have it. */
const headBytes = 64 * 1024
const headerCount = 256

const head = (filler: number): string => get(`A: ${'b'.repeat(filler)}\r\n`)
const most = headBytes - head(0).length
const targetHead = (filler: number): string => `GET /${'a'.repeat(filler)} HTTP/1.1\r\nHost: h\r\n\r\n`
const mostTarget = headBytes - targetHead(0).length
const fields = (count: number): string[] => Array.from({ length: count }, (_, index) => `A: ${index % 10}`)
const trailerBytes = (filler: number): string => `A: ${'b'.repeat(filler)}\r\n\r\n`
const mostTrailer = headBytes - trailerBytes(0).length

/** Sizes of heads and trailers. */
export const limits: readonly Rule[] = [
  rule('a head has at most 64 KiB', 'RFC 9112 3, 5.4', [
    accept(head(most), 'as long as may be, by a value', { fields: [`A: ${'b'.repeat(most)}`] }),
    refuse('head-too-large', head(most + 1), 'too long by one, by a value'),
    refuse('head-too-large', get(`${'A'.repeat(headBytes)}: b\r\n`), 'by a name'),
    accept(targetHead(mostTarget), 'as long as may be, by the target', { target: `/${'a'.repeat(mostTarget)}` }),
    refuse('head-too-large', targetHead(mostTarget + 1), 'too long by one, by the target'),
    refuse('head-too-large', `GET /${'a'.repeat(70_000)}`, 'a target that does not end'),
    refuse('head-too-large', `GET / HTTP/1.1\r\nHost: ${'h'.repeat(70_000)}`, 'a value that does not end'),
    refuse('head-too-large', `GET / HTTP/1.1\r\n${'A'.repeat(70_000)}`, 'a name that does not end'),
    refuse('head-too-large', get(`A: ${' '.repeat(70_000)}b\r\n`), 'spaces before a value'),
    refuse('head-too-large', get(`${`A: ${'b'.repeat(1000)}\r\n`.repeat(66)}`), 'many fields')
  ]),
  rule('a head has at most 256 fields', 'RFC 9110 5.4', [
    accept(`GET / HTTP/1.1\r\nHost: h\r\n${fields(headerCount - 1).join('\r\n')}\r\n\r\n`, 'as many as may be', {
      fields: fields(headerCount - 1)
    }),
    refuse('too-many-headers', `GET / HTTP/1.1\r\nHost: h\r\n${fields(headerCount).join('\r\n')}\r\n\r\n`, 'one too many'),
    refuse('too-many-headers', get('A:\r\n'.repeat(1000)), 'empty ones count'),
    refuse('too-many-headers', `GET / HTTP/1.1\r\n${'Host: h\r\n'.repeat(300)}\r\n`, 'before their meaning is looked at')
  ]),
  rule('trailers have the limits of a head', 'RFC 9110 6.5', [
    accept(chunked(`0\r\n${trailerBytes(mostTrailer)}`), 'as long as may be', chunks('', [`A: ${'b'.repeat(mostTrailer)}`])),
    refuse('head-too-large', chunked(`0\r\n${trailerBytes(mostTrailer + 1)}`), 'too long by one'),
    refuse('head-too-large', chunked(`0\r\nA: ${'b'.repeat(70_000)}`), 'a value that does not end'),
    accept(chunked(`0\r\n${fields(headerCount).join('\r\n')}\r\n\r\n`), 'as many as may be', chunks('', fields(headerCount))),
    refuse('too-many-headers', chunked(`0\r\n${fields(headerCount + 1).join('\r\n')}\r\n\r\n`), 'one too many')
  ])
]
