import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer } from '../create-server.ts'
import type { Server } from '../server.ts'
import { requestRules } from './corpus/index.ts'
import { expected } from './outcome.ts'
import type { Row } from './rule.ts'
import { runOnSocket } from './socket-run.ts'
import { Witness } from './witness.ts'

describe.each(requestRules)('$name', ({ rows }) => {
  const witness = new Witness()
  let server: Server
  let port: number

  beforeAll(async () => {
    server = createServer({ handler: witness.handler })
    ;({ port } = await server.listen({ port: 0, host: '127.0.0.1' }))
  })
  afterAll(() => server.close())

  const holds = async (row: Row): Promise<void> => {
    // What is refused is so at once, by itself; and what follows it is never read.
    const refused = !['open', 'closed', 'waits', 'http2'].includes(row.ends)
    const probedWhole = row.ends === 'open' || row.ends === 'closed'
    const probedBytewise = probedWhole || refused
    const [whole, bytewise] = await Promise.all([
      runOnSocket(port, witness, row, 'whole', probedWhole),
      runOnSocket(port, witness, row, 'bytewise', probedBytewise)
    ])
    expect(whole).toEqual(expected(row, probedWhole))
    expect(bytewise).toEqual(expected(row, probedBytewise))
  }

  it.each(rows)('$why: $ends', (row) => holds(row))
})

it('has at least 500 rows of at least 60 rules, at most 20 of each, no message twice', () => {
  const rows = requestRules.flatMap((rule) => rule.rows)
  expect(requestRules.length).toBeGreaterThanOrEqual(60)
  expect(rows.length).toBeGreaterThanOrEqual(500)
  expect(requestRules.filter((rule) => rule.rows.length > 20)).toEqual([])
  expect(new Set(requestRules.map(({ name }) => name)).size).toBe(requestRules.length)
  expect(new Set(rows.map(({ bytes }) => bytes)).size).toBe(rows.length)
})
