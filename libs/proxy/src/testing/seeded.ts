import { seededRandom } from '@knative-ts/testing'

/** A stream of choices that a seed determines. */
export class Seeded {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** A whole number from 0 to `limit` less one. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

/** The number in an environment variable, or the one given. Throws when there is something else in it. */
export function numberFrom(variable: string, otherwise: number): number {
  const text = process.env[variable]
  if (text === undefined || text === '') return otherwise
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${variable}=${text}: give it a whole number`)
  return Number(text)
}
