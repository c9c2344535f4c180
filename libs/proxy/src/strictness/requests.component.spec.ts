import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer } from '../server/create-server.ts'
import { requestRules } from './corpus/index.ts'
import { expected } from './outcome.ts'
import type { Row } from './rule.ts'
import { runOnSocket } from './socket-run.ts'
import { Witness } from './witness.ts'

describe.each(requestRules)('$name', ({ rows }) => {
  // Both ways in which a server reads from sockets.
  const servers = [true, false].map((sharedReads) => {
    const witness = new Witness()
    return { witness, server: createServer({ handler: witness.handler, sharedReads }), port: 0 }
  })

  beforeAll(async () => {
    for (const one of servers) one.port = (await one.server.listen({ port: 0, host: '127.0.0.1' })).port
  })
  afterAll(async () => {
    for (const { server } of servers) await server.close()
  })

  const holds = async (row: Row): Promise<void> => {
    // What is refused is so at once, by itself; and what follows it is never read.
    const refused = !['open', 'closed', 'waits', 'http2'].includes(row.ends)
    const probedWhole = row.ends === 'open' || row.ends === 'closed'
    const probedBytewise = probedWhole || refused
    const runs = servers.flatMap(({ port, witness }) => [
      runOnSocket(port, witness, row, 'whole', probedWhole),
      runOnSocket(port, witness, row, 'bytewise', probedBytewise)
    ])
    const must = [expected(row, probedWhole), expected(row, probedBytewise)]
    expect(await Promise.all(runs)).toEqual([...must, ...must])
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
