import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { seededRandom } from '@knative-ts/testing'
import { CrashingFiles } from './crashing-files.ts'
import type { ObjectStore } from './object-store.ts'
import { openStore } from './open-store.ts'
import { StoreError } from './store-error.ts'

const directory = '/state'
const resource = '/configmaps'

/** What a client knows: every value it tried to write to a name, and the last one that was acknowledged with its revision. */
interface Client {
  readonly acknowledged: Map<string, { revision: number; value: string | undefined }>
  readonly tried: Map<string, { value: string | undefined; after: number }[]>
  highest: number
  writes: number
}

function open(files: CrashingFiles): Promise<ObjectStore> {
  const onFatal = (error: Error) => {
    throw error
  }
  return openStore({ directory, fs: files, snapshotEvery: 12, historySize: 30, onFatal })
}

/** Writes, several at a time, until the disk stops answering. */
async function work(store: ObjectStore, client: Client, random: () => number, stopped: () => boolean): Promise<void> {
  const one = async (worker: number) => {
    while (!stopped()) {
      const name = `w${worker}-${Math.floor(random() * 4)}`
      const value = random() < 0.2 ? undefined : `${client.writes++}${'x'.repeat(Math.floor(random() * 60))}`
      client.tried.set(name, [...(client.tried.get(name) ?? []), { value, after: client.highest }])
      const object: KubeObject & { value?: string } = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'n' },
        ...(value && { value })
      }
      const written = await store.write({ resource, namespace: 'n', name }, (current) =>
        value !== undefined ? { kind: 'put', object } : current ? { kind: 'delete' } : { kind: 'unchanged' }
      )
      // Each name has one writer, so the last acknowledgement is the last state it may count on.
      client.acknowledged.set(name, { revision: written?.revision ?? 0, value })
      client.tried.set(name, [])
      client.highest = Math.max(client.highest, written?.revision ?? 0)
    }
  }
  await Promise.all([one(0), one(1), one(2)])
}

/** Everything that a reopened store breaks of its promises. */
function broken(store: ObjectStore, client: Client): string[] {
  const faults: string[] = []
  if (store.revision() < client.highest) faults.push(`revision went back from ${client.highest} to ${store.revision()}`)
  const names = new Set([...client.acknowledged.keys(), ...client.tried.keys()])
  for (const name of names) {
    const state = store.get({ resource, namespace: 'n', name })
    const value = (state?.object as { value?: string } | undefined)?.value
    const allowed = [client.acknowledged.get(name)?.value, ...(client.tried.get(name) ?? []).map((attempt) => attempt.value)]
    if (!allowed.includes(value)) faults.push(`${name} is ${value}, not one of ${allowed.join(', ')}`)
    if (state && state.object.metadata.resourceVersion !== String(state.revision)) faults.push(`${name} carries another revision`)
    // From now on this is what is known of the name: it was readable, so it must stay.
    client.acknowledged.set(name, { revision: state?.revision ?? 0, value })
    client.tried.set(name, [])
  }
  if (store.list(resource).length > names.size) faults.push('an object that nobody wrote')
  client.highest = Math.max(client.highest, store.revision())
  return faults
}

function valuesOf(store: ObjectStore): Map<string, string> {
  return new Map(store.list(resource).map(({ key, object }) => [key.name, (object as unknown as { value: string }).value]))
}

async function life(seed: number, lies = false): Promise<{ kills: number; faults: string[]; writes: number }> {
  const random = seededRandom(seed)
  const client: Client = { acknowledged: new Map(), tried: new Map(), highest: 0, writes: 0 }
  const faults: string[] = []
  let files = new CrashingFiles(random)
  let kills = 0
  for (let round = 0; round < 4; round++, kills++) {
    files.lies = lies
    let stopped = false
    const crash = files.fail({ call: 1 + Math.floor(random() * 90), error: 'crash' }).then(() => (stopped = true))
    // A kill may also fall into opening: then nothing is written in this round.
    const opened = open(files).then((store) => {
      faults.push(...broken(store, client))
      return work(store, client, random, () => stopped)
    })
    await Promise.race([crash, opened])
    files = files.afterCrash()
  }
  faults.push(...broken(await open(files), client))
  return { kills, faults, writes: client.writes }
}

it('keeps every acknowledged write over 1200 kills that lose unsynced bytes and names', async () => {
  let kills = 0
  let writes = 0
  for (let seed = 1; seed <= 300; seed++) {
    const outcome = await life(seed)
    expect({ seed, faults: outcome.faults }).toEqual({ seed, faults: [] })
    kills += outcome.kills
    writes += outcome.writes
  }
  expect(kills).toBe(1200)
  expect(writes).toBeGreaterThan(10_000)
})

it('would notice a disk that does not sync', async () => {
  let noticed = 0
  for (let seed = 1; seed <= 20; seed++) {
    const faults = await life(seed, true).then(
      (outcome) => outcome.faults,
      (error: unknown) => [String(error)]
    )
    if (faults.length > 0) noticed++
  }
  expect(noticed).toBeGreaterThan(10)
})

it.each(['ENOSPC', 'EIO'] as const)('never loses or invents a write when calls fail with %s', async (error) => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed)
    const files = new CrashingFiles(random)
    const fatal: Error[] = []
    const store = await openStore({ directory, fs: files, snapshotEvery: 5, onFatal: (problem) => fatal.push(problem) })
    for (let at = 5; at < 120; at += 10) void files.fail({ call: at + Math.floor(random() * 10), error })
    const kept = new Map<string, string>()
    const refused: StoreError[] = []
    for (let write = 0; write < 60; write++) {
      const name = `o${write % 7}`
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, value: String(write) }
      await store
        .write({ resource, namespace: '', name }, () => ({ kind: 'put', object }))
        .then(
          () => kept.set(name, object.value),
          (problem: unknown) => refused.push(problem as StoreError)
        )
      expect(valuesOf(store)).toEqual(new Map([...kept].sort()))
    }
    expect(refused.length).toBeGreaterThan(0)
    for (const problem of refused) expect(['full', 'failed']).toContain(problem.code)
    expect(fatal.length).toBe(refused.some(({ code }) => code === 'failed') ? 1 : 0)
    const reopened = await open(files.afterCrash())
    const found = [...valuesOf(reopened)]
    const lastRefused = refused.at(-1)?.code === 'failed'
    // After a failed device the one write that was refused first may have reached the disk; nothing else may differ.
    expect(found.filter(([name, value]) => kept.get(name) !== value).length).toBeLessThanOrEqual(lastRefused ? 1 : 0)
  }
})
