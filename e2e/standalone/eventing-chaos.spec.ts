import { expect, it } from '@jest/globals'
import { runEventingChaos } from '../chaos/eventing.ts'

it('S060 S076 what a Broker has taken arrives or is dead-lettered, whoever is killed meanwhile', async () => {
  const lines: string[] = []
  const report = await runEventingChaos({ seconds: 120, perSecond: 1000, seed: 1, say: (line) => lines.push(line) })
  process.stderr.write(`${JSON.stringify({ ...report, lost: report.lost.length, disordered: report.disordered.length })}\n`)
  expect(report.lost).toEqual([])
  expect(report.disordered).toEqual([])
  expect(report.kills['event-log']).toBeGreaterThan(0)
  // A machine that others use too takes a tenth of what it could.
  expect(report.taken).toBeGreaterThan(5_000)
}, 900_000)
