import { describe, expect, it } from '@jest/globals'
import { ResponseRig } from './response-run.ts'
import type { ResponseRow } from './response-rule.ts'
import { responseRules } from './responses/index.ts'

async function holds(row: ResponseRow, way: 'whole' | 'bytewise'): Promise<void> {
  const rig = await ResponseRig.start(row, way)
  try {
    const { ends, relayed, kept, after } = await rig.run(row)
    expect({ ends, kept, after }).toEqual({ ends: row.ends, kept: row.kept, after: 'after' })
    if (row.ends === 'relayed') expect(relayed).toEqual(row.relayed)
    if (row.ends === 'broken' && relayed !== undefined) {
      expect({ ...relayed, body: '' }).toEqual({ ...row.relayed, body: '' })
      expect(row.relayed.body.startsWith(relayed.body)).toBe(true)
    }
  } finally {
    await rig.close()
  }
}

describe.each(responseRules)('$name', ({ rows }) => {
  it.each(rows)('$why: $ends', async (row) => {
    await Promise.all([holds(row, 'whole'), holds(row, 'bytewise')])
  })
})

it('has at least 100 rows, at most 20 of a rule, and no row twice', () => {
  const rows = responseRules.flatMap((rule) => rule.rows)
  expect(rows.length).toBeGreaterThanOrEqual(100)
  expect(responseRules.filter((rule) => rule.rows.length > 20)).toEqual([])
  expect(new Set(rows.map(({ bytes, request, hangsUp }) => JSON.stringify([bytes, request, hangsUp]))).size).toBe(rows.length)
})
