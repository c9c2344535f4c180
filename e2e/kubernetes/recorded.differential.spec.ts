/** Standalone answers what a real Kubernetes 1.34 API server answered, or the difference is listed with its reason. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCluster, type Cluster } from '../kubectl/cluster.ts'
import { told } from './differences.ts'
import { knownDifferences, races } from './known-differences.ts'
import type { RecordedCase } from './recorded-case.ts'
import { runCases, type Outcome } from './run-cases.ts'

const SUITE_MS = 150_000
const START_MS = 30_000

const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'kube.recorded.json'), 'utf8')) as RecordedCase[]
const names = cases.map(({ name }) => name)
let cluster: Cluster
let outcomes: ReadonlyMap<string, Outcome>

beforeAll(async () => {
  cluster = await startCluster()
  outcomes = new Map((await runCases(cluster.kubeconfig, cases)).map((one) => [one.name, one]))
}, SUITE_MS)
afterAll(() => cluster.close(), START_MS)

const differencesOf = (name: string) => (outcomes.get(name)?.differences ?? []).map(told)

describe('the recorded exchanges of a real API server', () => {
  it.each(names.filter((name) => !(name in knownDifferences) && !(name in races)))('%s', (name) => {
    expect(differencesOf(name)).toEqual([])
  })
  it.each(Object.keys(knownDifferences))('%s: still differs, as listed', (name) => {
    expect(differencesOf(name)).not.toEqual([])
  })
  it('lists only cases that there are', () => {
    expect([...Object.keys(knownDifferences), ...Object.keys(races)].filter((name) => !names.includes(name))).toEqual([])
  })
  it('asks nothing that is a defect of the server', () => {
    expect(cluster.defects()).toEqual([])
  })
})
