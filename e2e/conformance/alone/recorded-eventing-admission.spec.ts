/**
 * Recorded cases of Eventing's admission, over the API of a whole installation: schemas, webhooks, conversion and ConfigMaps answer as upstream did.
 * All of them in the whole conformance run; else those that the API library cannot answer by itself, which judges the others in its own spec.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { configMaps } from '@knative-ts/api/kubernetes'
import { differences, elsewhere } from '../../../libs/api/src/admission/eventing/differences.fixture.ts'
import { replayEventing } from '../../../libs/api/src/admission/eventing/replay.fixture.ts'
import { told } from '../../kubernetes/differences.ts'
import { compare } from '../../kubernetes/run-cases.ts'
import type { Answer } from '../../kubernetes/recorded-case.ts'
import { changedSettings } from '../../rig/changed-settings.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { renumbered } from '../cases/admission-view.ts'
import { answersTo, FOLLOWED_MS, GROUP_MS, groupsOf, replayedUnder } from '../cases/replayed-under.ts'
import type { RecordedCase } from '../card/recorded-cases.ts'

const platform = usePlatform('recorded-eventing', { eventing: true })
const SYSTEM = 'knative-eventing'

type Replayed = Parameters<typeof replayEventing>[0]
type EventingCase = RecordedCase & { readonly area: string }

const all = JSON.parse(readFileSync(join(root, 'libs/api/src/eventing-admission.recorded.json'), 'utf8')) as readonly EventingCase[]
/** What takes versions, the language of filters, a client of the webhook, or live settings. */
const takesAll = ['type', 'cesql', 'job', 'flags', 'cross', 'config']
const isAloneEnough = (one: EventingCase): boolean => replayEventing(one as unknown as Replayed, (text) => text).kind !== 'elsewhere'
const recorded = process.env['CONFORMANCE'] === undefined ? all.filter((one) => takesAll.includes(one.area) || !isAloneEnough(one)) : all
/** The name that a server makes for a Job that is only tried. */
const withoutMadeName = (answer: Answer): Answer =>
  JSON.parse(JSON.stringify(answer).replaceAll(/(Job\.batch \\"hello)[a-z0-9]{5}\\"/g, String.raw`$1<random>\"`)) as Answer

const verdictOf = ({ status, reason }: Answer): Answer => ({ status, reason })
const isExplained = (message: unknown): boolean => typeof message === 'string' && differences.some(({ theirs }) => theirs.test(message))

/** Of answers whose words are better on purpose, status and reason alone are compared. */
function differencesOf(one: RecordedCase, answers: readonly Answer[]): string[] {
  const inWords = elsewhere.words.some(({ name }) => name.test(one.name))
  const wanted = renumbered(one.answers)
  const loose = wanted.map((answer) => inWords || isExplained(answer['message']))
  const form = (all: readonly Answer[]): Answer[] => all.map((answer, index) => (loose[index] === true ? verdictOf(answer) : answer))
  return compare(form(wanted), form(answers.map(withoutMadeName))).map(told)
}

const isOfConfiguration = ({ area }: { readonly area: string }): boolean => area === 'config'
describe.each(groupsOf(recorded.filter((one) => !isOfConfiguration(one))))('settings $index', (group) => {
  let found: Awaited<ReturnType<typeof replayedUnder>>
  let changed: ReturnType<typeof changedSettings>

  beforeAll(async () => {
    changed = changedSettings(platform.client)
    found = await replayedUnder(group, platform, changed, differencesOf)
  }, GROUP_MS)
  afterAll(() => changed.putBack(), FOLLOWED_MS)

  const rows = group.cases.filter(({ name }) => !(name in elsewhere.cases)).map(({ name }) => name)
  if (rows.length > 0)
    it.each(rows)('%s', (name) => {
      expect(found.get(name)).toEqual([])
    })
})

describe('ConfigMaps', () => {
  const cases = recorded.filter(isOfConfiguration)
  const found = new Map<string, string[]>()

  // One after the other, each from what is installed: they change the very ConfigMaps.
  beforeAll(async () => {
    for (const one of cases) {
      const { items: before } = await platform.client.list(configMaps, { namespace: SYSTEM })
      const [answers = []] = await answersTo(platform.kubeconfig, [one])
      found.set(one.name, differencesOf(one, answers))
      for (const { metadata, data: was = {} } of before) {
        const key = { namespace: SYSTEM, name: metadata.name ?? '' }
        const { data: is = {} } = await platform.client.get(configMaps, key)
        const back = { ...Object.fromEntries(Object.keys(is ?? {}).map((name) => [name, null])), ...was }
        if (JSON.stringify(is) !== JSON.stringify(was))
          await platform.client.patch(configMaps, key, { type: 'merge', body: { data: back } })
      }
    }
  }, GROUP_MS)

  it.each(cases.filter(({ name }) => !(name in elsewhere.cases)).map(({ name }) => name))('%s', (name) => {
    expect(found.get(name)).toEqual([])
  })
})
