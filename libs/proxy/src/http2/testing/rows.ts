import { expect, it } from '@jest/globals'
import { Served } from './served.ts'

/** One rule: what the client does behind the greeting, and all that the server says to it but windows and settings. */
export type Row = readonly [
  title: string,
  play: (served: Served) => void,
  answers: readonly string[],
  options?: ConstructorParameters<typeof Served>[0]
]

/** Runs each row against a server of its own. */
export function holdsFor(rows: readonly Row[]): void {
  it.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, play, answers, options]) => {
    const served = new Served(options)
    served.said()
    play(served)
    expect(served.answers()).toEqual(answers)
  })
}

/** The server ends the connection with a code. */
export const ends = (code: string, lastId = 0): string[] => [`GOAWAY ${lastId} ${code}`, 'CLOSED']

/** A whole answer of the default handler. */
export const ok = (id: number): string[] => [`HEADERS ${id} 200 content-length=2`, `DATA ${id} ok END`]

/** An answer that PINGs provoke: the connection lives. */
export const alive = 'PING ack 12345678'
