/** CEL's string extensions (`cel-go/ext/strings.go`, version 2) and Kubernetes' regular expressions, in places counted by code points. */
import type { Environment } from '@marcbachmann/cel-js'
import { compile, patternProblem } from '../schema/pattern.ts'
import { goName } from './dialect.ts'
import { formatted } from './format-text.ts'
import { registerNamespace } from './namespace.ts'

const runes = (text: string): string[] => [...text]

function compiledOrThrow(pattern: string): RegExp {
  const problem = patternProblem(pattern)
  const compiled = compile(pattern)
  if (problem !== undefined || compiled === undefined) throw new Error(problem ?? `error parsing regexp: ${pattern}`)
  return compiled
}

/** Go finds nothing empty right behind what it found before. */
function found(text: string, pattern: string, most = Infinity): string[] {
  const compiled = compiledOrThrow(pattern)
  const global = new RegExp(compiled.source, [...new Set([...compiled.flags, 'g'])].join(''))
  const results: string[] = []
  let end = -1
  for (const match of text.matchAll(global)) {
    if (results.length >= most) break
    const [all] = match
    if (all !== '' || match.index !== end) results.push(all)
    end = match.index + all.length
  }
  return results
}

const outOfRange = (index: bigint) => new Error(`index out of range: ${index}`)

function substring(text: string, start: bigint, end?: bigint): string {
  const all = runes(text)
  const last = end ?? BigInt(all.length)
  if (end !== undefined && start > end) throw new Error(`invalid substring range. start: ${start}, end: ${end}`)
  for (const index of [start, last]) if (index < 0n || index > BigInt(all.length)) throw outOfRange(index)
  return all.slice(Number(start), Number(last)).join('')
}

const startsAt = (all: readonly string[], part: readonly string[], at: number) => part.every((rune, index) => all[at + index] === rune)

function indexOf(text: string, part: string, from = 0n): bigint {
  if (part === '') return from
  if (from < 0n) throw outOfRange(from)
  const [all, wanted] = [runes(text), runes(part)]
  for (let at = Number(from); at <= all.length - wanted.length; at++) if (startsAt(all, wanted, at)) return BigInt(at)
  return -1n
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const [all, wanted] = [runes(text), runes(part)]
  if (part === '') return from ?? BigInt(all.length)
  if (from !== undefined && from < 0n) throw outOfRange(from)
  if (from !== undefined && from >= BigInt(all.length)) return -1n
  for (let at = Math.min(Number(from ?? Infinity), all.length - wanted.length); at >= 0; at--)
    if (startsAt(all, wanted, at)) return BigInt(at)
  return -1n
}

/** As Go's `strings.Replace`: nothing is found before each code point and at the end. */
function replaced(text: string, from: string, to: string, most: bigint): string {
  const limit = most < 0n ? Infinity : Number(most)
  const parts = from === '' ? ['', ...runes(text), ''] : text.split(from)
  return parts.reduce((made, part, index) => made + (index === 0 ? part : (index <= limit ? to : from) + part), '')
}

function split(text: string, separator: string, most = -1n): string[] {
  if (most === 0n) return []
  const parts = separator === '' ? runes(text) : text.split(separator)
  if (most < 0n || BigInt(parts.length) <= most) return parts
  const kept = Number(most) - 1
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)]
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"'
}
const quoted = (text: string) =>
  `"${runes(text.toWellFormed())
    .map((rune) => ESCAPES[rune] ?? rune)
    .join('')}"`

export function registerTextFunctions(environment: Environment): void {
  environment
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const all = runes(text)
      if (at < 0n || at > BigInt(all.length)) throw outOfRange(at)
      return all[Number(at)] ?? ''
    })
    .registerFunction(`string.${goName('indexOf')}(string): int`, indexOf)
    .registerFunction(`string.${goName('indexOf')}(string, int): int`, indexOf)
    .registerFunction(`string.${goName('lastIndexOf')}(string): int`, lastIndexOf)
    .registerFunction(`string.${goName('lastIndexOf')}(string, int): int`, lastIndexOf)
    .registerFunction(`string.${goName('substring')}(int): string`, substring)
    .registerFunction(`string.${goName('substring')}(int, int): string`, substring)
    .registerFunction(`string.${goName('split')}(string): list<string>`, split)
    .registerFunction(`string.${goName('split')}(string, int): list<string>`, split)
    .registerFunction(`string.${goName('lowerAscii')}(): string`, (text: string) =>
      text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
    )
    .registerFunction(`string.${goName('upperAscii')}(): string`, (text: string) =>
      text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())
    )
    .registerFunction(`string.${goName('trim')}(): string`, (text: string) =>
      text.replaceAll(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '')
    )
    .registerFunction(`string.${goName('matches')}(string): bool`, (text: string, pattern: string) => compiledOrThrow(pattern).test(text))
    .registerFunction('matches(string, string): bool', (text: string, pattern: string) => compiledOrThrow(pattern).test(text))
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => replaced(text, from, to, -1n))
    .registerFunction('string.replace(string, string, int): string', replaced)
    .registerFunction('string.format(list): string', (format: string, values: readonly unknown[]) => formatted(format, values))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => compiledOrThrow(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => found(text, pattern))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, most: bigint) =>
      found(text, pattern, most < 0n ? Infinity : Number(most))
    )
  registerNamespace(environment, 'strings', { 'quote(string): string': quoted })
}
