/** S014 to S016: what every recorded case of upstream ended in, object by object and field by field, and what ours ends in. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { isReady, knativeServices, type KubeObject, type Service } from '@knative-ts/api'
import { namespaces, type Namespace } from '@knative-ts/api/kubernetes'
import { parse } from 'yaml'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { configure } from '../rig/system-config.ts'
import { turns } from '../rig/turns.ts'
import { until } from '../rig/until.ts'
import { comparedKinds, differencesOf, oursIn, theirs } from './recorded-objects.ts'
import { reasonOf } from './accepted-differences.ts'

interface Recording {
  readonly case: string
  readonly manifests: readonly Service[]
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
}

const directory = join(root, 'e2e/conformance/recorded')

const START_MS = 120_000
/** Within which a case ends as recorded once it was played; a fast machine takes a tenth of that. */
const END_MS = 120_000
const ALL_MS = 900_000
/** Each look lists every kind of a namespace: more often, and the looking itself keeps the platform busy. */
const LOOK_AGAIN_MS = 1_000
/** A revision is given up 10 s behind its deadline of 30: a pod must not take longer to start because of too many others. */
const AT_ONCE = 2

/** They stopped within the minute after which what nobody calls goes to sleep; here that takes ten, so that what a slow machine ends in stays until it is seen. */
const recordings = readdirSync(directory).map((file) => {
  const text = readFileSync(join(directory, file), 'utf8')
  return parse(text.replaceAll(/(?<=stableWindow: 60{10}|panicWindow: 60{9})$/gm, '0'), { version: '1.1' }) as Recording
})

let standalone: StandaloneProcess

const namespaceOf = (recording: Recording): string => `case-of-${recording.case}`

async function play(recording: Recording): Promise<void> {
  const { client } = standalone
  const namespace = namespaceOf(recording)
  await client.create<Namespace>(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as Namespace)
  const [first, ...later] = recording.manifests
  if (first === undefined) throw new Error(`${recording.case} has no manifest`)
  const manifest = { ...first, metadata: { ...first.metadata, namespace } }
  // Refused until the webhook follows the configuration of these tests.
  await until('the Service is taken', () => client.create(knativeServices, manifest), 60_000, 200)
  for (const { spec } of later) {
    const key = { namespace, name: 'hello' }
    await until('the first generation is ready', async () => isReady(await client.get(knativeServices, key)), END_MS, 200)
    // Replaced as the recording did, whole; its status may be written between the two.
    const replaced = async () => client.update(knativeServices, { ...(await client.get(knativeServices, key)), spec })
    await until('the next generation is taken', replaced, 60_000, 200)
  }
}

async function unexpected(recording: Recording): Promise<string[]> {
  const namespace = namespaceOf(recording)
  const found = await Promise.all(
    comparedKinds.map(async ([name, resource]) => {
      const { items } = await standalone.client.list(resource, { namespace })
      const ours = { objects: items, replacements: oursIn(namespace) }
      const recorded = { objects: recording.objects[name] ?? [], replacements: theirs }
      return differencesOf(ours, recorded).map((difference) => `${resource.plural} ${difference}`)
    })
  )
  return found.flat().filter((difference) => reasonOf(recording.case, difference) === undefined)
}

/** What is not as recorded in the last state that was seen; empty as soon as nothing is. */
async function outcomeOf(recording: Recording): Promise<string[]> {
  await play(recording)
  let last: string[] = []
  const equal = until(
    `${recording.case} ends as recorded`,
    async () => {
      last = await unexpected(recording)
      return last.length === 0
    },
    END_MS,
    LOOK_AGAIN_MS
  )
  return equal.then(
    () => [],
    // Why the last look failed, if it was not for what it saw: a platform that has gone is compared with nothing.
    (error: Error) => [error.message, ...last]
  )
}

const outcomes = new Map<string, Promise<string[]>>()

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'e2e/images')], readyWithinMs: START_MS })
  await configure(standalone.client, 'config-autoscaler', {
    'allow-zero-initial-scale': 'true',
    'scale-to-zero-grace-period': '2s',
    'stable-window': '10m'
  })
  // Most of a case is waiting, but many at once keep a slow machine from what each waits for.
  const inTurn = turns(AT_ONCE)
  for (const recording of recordings) {
    const outcome = inTurn(() => outcomeOf(recording))
    outcomes.set(recording.case, outcome)
    // Told by the case's own test, which may come later than the failure.
    outcome.catch(() => undefined)
  }
}, START_MS + 10_000)

afterAll(async () => {
  await Promise.allSettled(outcomes.values())
  await standalone?.stop()
}, ALL_MS)

it.each(recordings.map((recording) => recording.case))(
  '%s ends as recorded',
  async (name) => {
    expect(await outcomes.get(name)).toEqual([])
  },
  ALL_MS
)
