import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Pairs of turns for a figure, or what else a benchmark counts. */
  readonly pairs: number
  /** Of one turn. */
  readonly seconds: number
  /** Figures that are wanted; empty: all. */
  readonly only: readonly string[]
  /** Another bundle of the role. */
  readonly main: string | undefined
}

/** `[PAIRS] [--seconds=N] [--only=FIGURE,FIGURE] [--main=FILE]` of a benchmark's command line. Ends the process when it cannot be read. */
export function benchOptions(defaults: { readonly pairs: number; readonly seconds: number }, args = process.argv.slice(2)): BenchOptions {
  const fail = (words: string): never => {
    console.error(`${words}\nusage: [PAIRS] [--seconds=N] [--only=FIGURE,FIGURE] [--main=FILE]`)
    process.exit(2)
  }
  const positive = (text: string | undefined, otherwise: number): number => {
    const value = text === undefined ? otherwise : Number(text)
    return value > 0 ? value : fail(`${text} is no number above 0`)
  }
  const options = { seconds: { type: 'string' }, only: { type: 'string' }, main: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    return {
      pairs: positive(positionals[0], defaults.pairs),
      seconds: positive(values.seconds, defaults.seconds),
      only: values.only?.split(',') ?? [],
      main: values.main
    }
  } catch (error) {
    return fail((error as Error).message)
  }
}
