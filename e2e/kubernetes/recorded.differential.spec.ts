/** Standalone answers what a real Kubernetes 1.34 API server answered, or the difference is listed with its reason. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../rig/embedded-cluster.ts'
import { areas } from './cases/index.ts'
import { told } from './differences.ts'
import { knownDifferences, races } from './known-differences.ts'
import { recordedCases } from './recorded-cases.ts'
import { runCases, type Outcome } from './run-cases.ts'

const SUITE_MS = 600_000
const START_MS = 120_000

const suites = await Promise.all(['founding', ...(await areas())].map(async (area) => ({ area, cases: await recordedCases(area) })))
let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
}, START_MS)
afterAll(() => cluster.close(), START_MS)

describe.each(suites)('exchanges with a real API server, $area', ({ area, cases }) => {
  const listed = (list: Readonly<Record<string, string>>) => cases.map(({ name }) => name).filter((name) => `${area}/${name}` in list)
  const exempt = new Set([...listed(knownDifferences), ...listed(races)])
  let outcomes: ReadonlyMap<string, Outcome>
  const differencesOf = (name: string) => (outcomes.get(name)?.differences ?? []).map(told)

  beforeAll(async () => {
    outcomes = new Map((await runCases(cluster.kubeconfig, cases)).map((one) => [one.name, one]))
  }, SUITE_MS)

  it.each(cases.map(({ name }) => name).filter((name) => !exempt.has(name)))('%s', (name) => {
    expect(differencesOf(name)).toEqual([])
  })
  const different = listed(knownDifferences)
  if (different.length > 0)
    it.each(different)('%s: still differs, as listed', (name) => {
      expect(differencesOf(name)).not.toEqual([])
    })
})

describe('the comparison', () => {
  it('lists only cases that there are', () => {
    const names = new Set(suites.flatMap(({ area, cases }) => cases.map(({ name }) => `${area}/${name}`)))
    expect([...Object.keys(knownDifferences), ...Object.keys(races)].filter((name) => !names.has(name))).toEqual([])
  })
  it('asks nothing that is a defect of the server', () => {
    expect(cluster.defects()).toEqual([])
  })
})
