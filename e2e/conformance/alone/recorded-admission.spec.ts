/** Every recorded case of admission, over the API of a whole installation: schema, webhooks and ConfigMaps answer as a real installation answered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { differences } from '../../../libs/api/src/admission/differences.fixture.ts'
import { told } from '../../kubernetes/differences.ts'
import { compare } from '../../kubernetes/run-cases.ts'
import type { Answer } from '../../kubernetes/recorded-case.ts'
import { changedSettings } from '../../rig/changed-settings.ts'
import { usePlatform } from '../../rig/platform.ts'
import { renumbered } from '../cases/admission-view.ts'
import { elsewhere } from '../cases/elsewhere.ts'
import { FOLLOWED_MS, GROUP_MS, groupsOf, replayedUnder } from '../cases/replayed-under.ts'
import { recordedCases, rulesOf, type RecordedCase } from '../card/recorded-cases.ts'

const platform = usePlatform('recorded')
/** Status and reason, where the words are another's or better on purpose. */
const verdicts = (answers: readonly Answer[]): Answer[] => answers.map(({ status, reason }) => ({ status, reason }))

const isListed = (name: string): boolean => differences.has(name) || name in elsewhere.words

function differencesOf(one: RecordedCase, answers: readonly Answer[]): string[] {
  const form = isListed(one.name) ? verdicts : (all: readonly Answer[]) => [...all]
  return compare(form(renumbered(one.answers)), form(answers)).map(told)
}

describe.each(groupsOf(recordedCases()))('settings $index', (group) => {
  let found: Awaited<ReturnType<typeof replayedUnder>>
  let changed: ReturnType<typeof changedSettings>

  beforeAll(async () => {
    changed = changedSettings(platform.client)
    found = await replayedUnder(group, platform, changed, differencesOf)
  }, GROUP_MS)
  afterAll(() => changed.putBack(), FOLLOWED_MS)

  const judged = group.cases.filter(({ name }) => !(name in elsewhere.cases))
  const rows = judged.map(({ name }) => [[...rulesOf(name), name].join(' '), name] as const)
  if (rows.length > 0)
    it.each(rows)('%s', (_, name) => {
      expect(found.get(name)).toEqual([])
    })
})
