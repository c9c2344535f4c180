/** CEL's string extensions and Kubernetes' regular expressions, as far as the CEL library lacks them. */
import type { Environment } from '@marcbachmann/cel-js'
import { compile } from '../schema/pattern.ts'
import { registerNamespace } from './namespace.ts'

const runes = (text: string) => [...text]

function globally(pattern: string): RegExp {
  const compiled = compile(pattern)
  if (compiled === undefined) throw new Error(`error parsing regexp: ${pattern}`)
  return new RegExp(compiled.source, [...new Set([...compiled.flags, 'g'])].join(''))
}

/** `%s`, `%d`, `%f`, `%e`, `%b`, `%x`, `%X`, `%o` and `%%`, with a precision for the fractional ones. */
function formatted(format: string, values: readonly unknown[]): string {
  let next = 0
  return format.replaceAll(/%(?:\.(\d+))?([sdfebxXo%])/g, (_all, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) throw new Error(`index ${next} out of range`)
    const value = values[next++]
    const digits = precision === undefined ? 6 : Number(precision)
    switch (verb) {
      case 'd':
        return String(value)
      case 'f':
        return Number(value).toFixed(digits)
      case 'e':
        return Number(value)
          .toExponential(digits)
          .replace(/e([+-])(\d)$/, 'e$10$2')
      case 'b':
        return typeof value === 'boolean' ? (value ? '1' : '0') : BigInt(value as bigint).toString(2)
      case 'o':
        return BigInt(value as bigint).toString(8)
      case 'x':
      case 'X': {
        const hex = typeof value === 'string' ? Buffer.from(value).toString('hex') : BigInt(value as bigint).toString(16)
        return verb === 'X' ? hex.toUpperCase() : hex
      }
      default:
        return shown(value)
    }
  })
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  return String(value)
}

export function registerTextFunctions(environment: Environment): void {
  environment
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const all = runes(text)
      if (at < 0n || at > BigInt(all.length)) throw new Error(`index out of range: ${at}`)
      return all[Number(at)] ?? ''
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.split(from).join(to))
    .registerFunction('string.replace(string, string, int): string', (text: string, from: string, to: string, most: bigint) => {
      if (most < 0n) return text.split(from).join(to)
      const parts = text.split(from)
      const count = Math.min(Number(most), parts.length - 1)
      return (
        parts.slice(0, count + 1).join(to) +
        parts
          .slice(count + 1)
          .map((part) => from + part)
          .join('')
      )
    })
    .registerFunction('string.reverse(): string', (text: string) => runes(text).toReversed().join(''))
    .registerFunction('string.format(list): string', (format: string, values: readonly unknown[]) => formatted(format, values))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => globally(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      [...text.matchAll(globally(pattern))].map(([found]) => found)
    )
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, most: bigint) => {
      const found = [...text.matchAll(globally(pattern))].map(([one]) => one)
      return most < 0n ? found : found.slice(0, Number(most))
    })
  registerNamespace(environment, 'strings', { 'quote(string): string': (text: string) => JSON.stringify(text) })
}
