import { beforeEach, describe, expect, it } from '@jest/globals'
import { FailureLog } from './failure-log.ts'

describe('a log of failures', () => {
  const lines: [level: string, fields: object, message: string][] = []
  let now: number
  let log: FailureLog

  beforeEach(() => {
    lines.length = 0
    now = 0
    const sink = {
      warn: (fields: object, message: string) => void lines.push(['warn', fields, message]),
      error: (fields: object, message: string) => void lines.push(['error', fields, message])
    }
    log = new FailureLog(sink, () => now)
  })

  it('says what was refused, and what was thrown', () => {
    const error = new Error('broken')
    log.tell('503 a', 'busy', { revision: 'a' })
    log.tell('500 a', error, { revision: 'a' })
    expect(lines).toEqual([
      ['warn', { revision: 'a' }, 'request refused: busy'],
      ['error', { revision: 'a', error }, 'request failed: broken']
    ])
  })

  it('writes five lines of a kind in ten seconds, and then how many it left out', () => {
    for (let count = 0; count < 1_000; count++) log.tell('503 a', 'busy', {})
    log.tell('503 b', 'busy', {})
    expect(lines).toHaveLength(6)
    now = 10_000
    log.tell('503 a', 'busy', {})
    expect(lines.at(-1)).toEqual(['warn', { leftOut: 995 }, 'request refused: busy'])
  })

  it('counts what is beyond a hundred kinds as one, until others are old', () => {
    for (let kind = 0; kind < 1_000; kind++) log.tell(`503 ${kind}`, 'busy', {})
    expect(lines).toHaveLength(105)
    now = 20_000
    for (let kind = 2_000; kind < 2_010; kind++) log.tell(`503 ${kind}`, 'busy', {})
    expect(lines).toHaveLength(115)
  })
})
