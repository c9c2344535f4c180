import { describe, expect, it } from '@jest/globals'
import { Turns } from './turns.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Asks `count` times for a turn of `revision`, and logs its name as each comes. */
function ask(turns: Turns, revision: { readonly name: string }, count: number, log: string[]): void {
  for (let wish = 0; wish < count; wish++) {
    const turn = turns.take(revision)
    if (turn === undefined) log.push(revision.name)
    else void turn.then(() => log.push(revision.name))
  }
}

describe('turns', () => {
  it('are so many at once, and so many more in each turn of the loop', async () => {
    const turns = new Turns(3)
    const log: string[] = []
    ask(turns, { name: 'a' }, 7, log)
    const seen = [log.length]
    for (let turn = 0; turn < 2; turn++) {
      await nextTurn()
      seen.push(log.length)
    }
    expect(seen).toEqual([3, 6, 7])
  })

  it('go round the revisions: one with thousands does not delay one with few', async () => {
    const turns = new Turns(4)
    const log: string[] = []
    ask(turns, { name: 'a' }, 1_000, log)
    ask(turns, { name: 'b' }, 2, log)
    await nextTurn()
    expect(log.join('')).toBe('aaaaabab')
  })

  it('are forgotten when nobody waits', async () => {
    const turns = new Turns(1)
    const log: string[] = []
    ask(turns, { name: 'a' }, 2, log)
    for (let turn = 0; turn < 3; turn++) await nextTurn()
    ask(turns, { name: 'b' }, 1, log)
    expect(log).toEqual(['a', 'a', 'b'])
  })
})
