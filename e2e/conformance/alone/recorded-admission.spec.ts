/** Every recorded case of admission, over the API of a whole installation: schema, webhooks and ConfigMaps answer as a real installation answered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { differences } from '../../../libs/api/src/admission/differences.fixture.ts'
import { told } from '../../kubernetes/differences.ts'
import { compare, playCases } from '../../kubernetes/run-cases.ts'
import type { Answer } from '../../kubernetes/recorded-case.ts'
import { changedSettings } from '../../rig/changed-settings.ts'
import { usePlatform } from '../../rig/platform.ts'
import { admissionView, renumbered } from '../cases/admission-view.ts'
import { elsewhere } from '../cases/elsewhere.ts'
import { recordedCases, rulesOf, type RecordedCase } from '../card/recorded-cases.ts'

const platform = usePlatform('recorded')
const GROUP_MS = 900_000
/** For the webhook to follow a changed ConfigMap. */
const FOLLOWED_MS = 60_000

/** As the recording did, whoever asks here. */
const byAdmin = (one: RecordedCase): RecordedCase => ({ ...one, steps: one.steps.map((step) => ({ ...step, as: step.as ?? 'admin' })) })

async function answersTo(cases: readonly RecordedCase[]): Promise<(readonly Answer[])[]> {
  const answers = await playCases(platform.kubeconfig, cases.map(byAdmin))
  return answers.map((one) => renumbered(one.map(admissionView)))
}

/** Status and reason, where the words are another's or better on purpose. */
const verdicts = (answers: readonly Answer[]): Answer[] => answers.map(({ status, reason }) => ({ status, reason }))

const isListed = (name: string): boolean => differences.has(name) || name in elsewhere.words

function differencesOf(one: RecordedCase, answers: readonly Answer[]): string[] {
  const form = isListed(one.name) ? verdicts : (all: readonly Answer[]) => [...all]
  return compare(form(renumbered(one.answers)), form(answers)).map(told)
}

const groups = [...Map.groupBy(recordedCases(), ({ config }) => JSON.stringify(config ?? {})).values()]

describe.each(groups.map((cases, index) => ({ cases, index, config: cases[0]?.config ?? {} })))('settings $index', ({ cases, config }) => {
  const found = new Map<string, string[]>()
  const settings = () => changedSettings(platform.client)
  let changed: ReturnType<typeof settings>

  beforeAll(async () => {
    changed = settings()
    for (const [name, data] of Object.entries(config)) await changed.set(name, data)
    const deadline = Date.now() + (Object.keys(config).length === 0 ? 0 : FOLLOWED_MS)
    let left: readonly RecordedCase[] = cases
    do {
      const answers = await answersTo(left)
      for (const [index, one] of left.entries()) found.set(one.name, differencesOf(one, answers[index] ?? []))
      left = left.filter(({ name }) => found.get(name)?.length !== 0)
    } while (left.length > 0 && Date.now() < deadline)
  }, GROUP_MS)
  afterAll(() => changed.putBack(), FOLLOWED_MS)

  const judged = cases.filter(({ name }) => !(name in elsewhere.cases))
  const rows = judged.map(({ name }) => [[...rulesOf(name), name].join(' '), name] as const)
  if (rows.length > 0)
    it.each(rows)('%s', (_, name) => {
      expect(found.get(name)).toEqual([])
    })
})
