import { parseDuration } from '../go/duration.ts'
import { parseBoolean, parseFloat64, parseInteger, parseUnsigned } from '../go/number.ts'
import type { Parsed } from '../go/parsed.ts'
import { parseQuantity } from '../go/quantity.ts'
import { ConfigError, type ConfigData } from './config-error.ts'

/**
 * Reads typed values by key. Every method takes the names of a key, oldest first: the last one that is there wins, but a wrong value under any
 * of them is an error, as upstream's parsers do it.
 */
export class ConfigReader {
  readonly #data: Readonly<Record<string, string>>
  readonly #prefix: string

  /** `prefix` stands before every parse error (some of upstream's parsers say `failed to parse data: ` first). */
  constructor(data: ConfigData, prefix = '') {
    this.#data = data ?? {}
    this.#prefix = prefix
  }

  text(fallback: string, ...keys: string[]): string {
    return this.raw(...keys)?.trim() ?? fallback
  }

  /** The value as it stands, blanks included. */
  raw(...keys: string[]): string | undefined {
    return keys.map((key) => this.#data[key]).findLast((value) => value !== undefined)
  }

  boolean(fallback: boolean, ...keys: string[]): boolean {
    return this.#read(keys, parseBoolean) ?? fallback
  }

  int32(fallback: number, ...keys: string[]): number {
    return this.#read(keys, (text) => parseInteger(text, 32)) ?? fallback
  }

  int64(fallback: number, ...keys: string[]): number {
    return this.#read(keys, (text) => parseInteger(text, 64)) ?? fallback
  }

  uint32(fallback: number, ...keys: string[]): number {
    return this.#read(keys, parseUnsigned) ?? fallback
  }

  float(fallback: number, ...keys: string[]): number {
    return this.#read(keys, parseFloat64) ?? fallback
  }

  /** In nanoseconds. */
  duration(fallback: bigint, ...keys: string[]): bigint {
    return this.#read(keys, parseDuration) ?? fallback
  }

  /** A quantity as Kubernetes stores it. */
  quantity(...keys: string[]): string | undefined {
    return this.#read(keys, parseQuantity)?.text
  }

  /** Values between commas, blanks trimmed. */
  set(fallback: readonly string[], ...keys: string[]): ReadonlySet<string> {
    const text = this.raw(...keys)
    return new Set(text === undefined ? fallback : text.split(',').map((value) => value.trim()))
  }

  #read<T>(keys: readonly string[], parse: (text: string) => Parsed<T>): T | undefined {
    let found: T | undefined
    for (const key of keys) {
      const text = this.#data[key]
      if (text === undefined) continue
      const result = parse(text)
      if (!result.ok) throw new ConfigError(`${this.#prefix}failed to parse "${key}": ${result.error}`)
      found = result.value
    }
    return found
  }
}
