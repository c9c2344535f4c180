/** S014 to S016: what every recorded case of upstream ended in, object by object and field by field, and what ours ends in. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { isReady, knativeServices, type KubeObject, type Service } from '@knative-ts/api'
import { namespaces, type Namespace } from '@knative-ts/api/kubernetes'
import { parse } from 'yaml'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { comparedKinds, differencesOf, oursIn, theirs } from './recorded-objects.ts'
import { reasonOf } from './accepted-differences.ts'

interface Recording {
  readonly case: string
  readonly manifests: readonly Service[]
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
}

const directory = join(root, 'e2e/conformance/recorded')

/** The recordings gave failing revisions 30 s; nothing but the wait depends on that. */
const recordings = readdirSync(directory).map((file) => {
  const text = readFileSync(join(directory, file), 'utf8')
  const sooner = text
    .replaceAll('progress-deadline: 30s', 'progress-deadline: 6s')
    .replaceAll('progressDeadlineSeconds: 30', 'progressDeadlineSeconds: 6')
  return parse(sooner, { version: '1.1' }) as Recording
})

let standalone: StandaloneProcess

const namespaceOf = (recording: Recording): string => `case-of-${recording.case}`

async function play(recording: Recording): Promise<void> {
  const { client } = standalone
  const namespace = namespaceOf(recording)
  await client.create<Namespace>(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as Namespace)
  const [first, ...later] = recording.manifests
  if (first === undefined) throw new Error(`${recording.case} has no manifest`)
  await client.create(knativeServices, { ...first, metadata: { ...first.metadata, namespace } })
  for (const { spec } of later) {
    const key = { namespace, name: 'hello' }
    await until('the first generation is ready', async () => isReady(await client.get(knativeServices, key)), 60_000)
    // Replaced as the recording did, whole; its status may be written between the two.
    await until('the next generation is taken', async () =>
      client.update(knativeServices, { ...(await client.get(knativeServices, key)), spec })
    )
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

/** What is not as recorded in the state that came nearest; empty as soon as nothing is. */
async function outcomeOf(recording: Recording): Promise<string[]> {
  await play(recording)
  let nearest: string[] | undefined
  const equal = until(
    `${recording.case} ends as recorded`,
    async () => {
      const found = await unexpected(recording)
      if (nearest === undefined || found.length < nearest.length) nearest = found
      return found.length === 0
    },
    40_000,
    // Each look lists every kind of a namespace, for each of the cases: more often, and the looking itself keeps the platform busy.
    500
  )
  return equal.then(
    () => [],
    // Why the last look failed, if it was not for what it saw: a platform that has gone is compared with nothing.
    (error: Error) => [error.message, ...(nearest ?? [])]
  )
}

const outcomes = new Map<string, Promise<string[]>>()

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'e2e/images')] })
  await configure(standalone.client, 'config-autoscaler', { 'allow-zero-initial-scale': 'true', 'scale-to-zero-grace-period': '2s' })
  // All at once: what nobody calls goes to sleep after a minute, and the recordings stopped before.
  for (const recording of recordings) outcomes.set(recording.case, outcomeOf(recording))
}, 90_000)

afterAll(async () => {
  await Promise.allSettled(outcomes.values())
  await standalone?.stop()
}, 60_000)

it.each(recordings.map((recording) => recording.case))(
  '%s ends as recorded',
  async (name) => {
    expect(await outcomes.get(name)).toEqual([])
  },
  120_000
)
