import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CrashingFiles } from './crashing-files.ts'
import type { ObjectStore, StoreEvent, StoreKey } from './object-store.ts'
import { openStore, type StoreOptions } from './open-store.ts'

const resource = '/configmaps'
let directory: string
let stores: ObjectStore[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'object-store-'))
  stores = []
})

afterEach(async () => {
  for (const store of stores) await store.close()
  await rm(directory, { recursive: true })
})

async function opened(options: Partial<StoreOptions> = {}): Promise<ObjectStore> {
  const onFatal = (error: Error) => {
    throw error
  }
  const store = await openStore({ directory, onFatal, ...options })
  stores.push(store)
  return store
}

function keyed(name: string, namespace = 'n'): StoreKey {
  return { resource, namespace, name }
}

function put(store: ObjectStore, name: string, value: unknown = name, namespace = 'n') {
  const object: KubeObject & { value: unknown } = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, value }
  return store.write(keyed(name, namespace), () => ({ kind: 'put', object }))
}

const remove = (store: ObjectStore, name: string) => store.write(keyed(name), () => ({ kind: 'delete' }))
const names = (store: ObjectStore, namespace?: string) => store.list(resource, namespace).map(({ key }) => `${key.namespace}/${key.name}`)
const told = (events: readonly StoreEvent[]) => events.map(({ type, revision, current }) => `${type} ${current.key.name} ${revision}`)

it('stamps revisions that go up by one, and finds everything again', async () => {
  const store = await opened()
  expect(store.revision()).toBe(1)
  const first = await put(store, 'a', { text: 'ü', gone: undefined })
  expect(first).toMatchObject({ revision: 2, object: { metadata: { resourceVersion: '2' } } })
  expect(JSON.parse(first?.json ?? '')).toEqual(first?.object)
  await put(store, 'b')
  expect((await remove(store, 'b'))?.object.metadata.resourceVersion).toBe('4')
  await store.close()

  const again = await opened()
  expect(again.revision()).toBe(4)
  expect(again.get(keyed('a'))?.json).toBe(first?.json)
  expect(names(again)).toEqual(['n/a'])
  expect((await put(again, 'c'))?.revision).toBe(5)
})

it('shows a write to readers and watchers only when it is durable, to the next write at once', async () => {
  const store = await opened()
  const seen: string[] = []
  store.subscribe(resource, 1, (events) => {
    expect(store.revision()).toBe(events.at(-1)?.revision)
    seen.push(...told(events))
  })
  const first = put(store, 'a', 1)
  const second = store.write(keyed('a'), (current, revision) => {
    expect([current?.revision, revision]).toEqual([2, 3])
    return { kind: 'unchanged' }
  })
  let refused = false
  const third = store
    .write(keyed('a'), () => {
      throw new Error('exists')
    })
    .catch((error: Error) => (refused = error.message === 'exists'))
  expect([store.get(keyed('a')), store.revision(), seen, refused]).toEqual([undefined, 1, [], false])
  await Promise.all([first, second, third])
  expect([store.get(keyed('a'))?.revision, (await second)?.revision, seen, refused]).toEqual([2, 2, ['ADDED a 2'], true])
})

it('writes what comes together with one write and one sync', async () => {
  const files = new CrashingFiles(() => 0)
  const store = await opened({ directory: '/state', fs: files })
  const before = files.calls
  await Promise.all(Array.from({ length: 100 }, (_, index) => put(store, `o${index}`)))
  expect(files.calls - before).toBe(2)
})

it('leaves the revision alone when nothing changes or nothing is there to delete', async () => {
  const store = await opened()
  await put(store, 'a')
  expect((await store.write(keyed('a'), () => ({ kind: 'unchanged' })))?.revision).toBe(2)
  expect(await remove(store, 'missing')).toBeUndefined()
  expect(store.revision()).toBe(2)
})

it('lists by namespace and name, as snapshots that later writes do not touch', async () => {
  const store = await opened()
  for (const [name, namespace] of [
    ['b', 'n'],
    ['a', 'o'],
    ['a', 'n'],
    ['a-b', 'n'],
    ['x', '']
  ] as const)
    await put(store, name, 0, namespace)
  const all = store.list(resource)
  expect(names(store)).toEqual(['/x', 'n/a', 'n/a-b', 'n/b', 'o/a'])
  expect(names(store, 'n')).toEqual(['n/a', 'n/a-b', 'n/b'])
  await remove(store, 'a')
  await Promise.all(Array.from({ length: 40 }, (_, index) => put(store, `m${index}`)))
  expect(all.map(({ key }) => key.name)).toEqual(['x', 'a', 'a-b', 'b', 'a'])
  expect(store.list(resource)).toHaveLength(44)
  expect(names(store)).toEqual([...names(store)].sort())
  expect(store.list('/pods')).toEqual([])
  expect(store.list(resource)).toBe(store.list(resource))
})

it('lists the state of older revisions until they leave the history', async () => {
  const store = await opened({ historySize: 5 })
  await put(store, 'a', 1)
  await put(store, 'b', 1)
  await put(store, 'a', 2)
  await remove(store, 'b')
  await put(store, 'c', 1)
  const at = (revision: number) => store.listAt(revision, resource, 'n')?.map(({ key, revision: last }) => `${key.name}${last}`)
  expect([1, 2, 3, 4, 5, 6].map(at)).toEqual([[], ['a2'], ['a2', 'b3'], ['a4', 'b3'], ['a4'], ['a4', 'c6']])
  await put(store, 'd', 1)
  expect(store.oldestRevision()).toBe(2)
  expect(at(1)).toBeUndefined()
  expect(at(2)).toEqual(['a2'])
  expect(store.subscribe(resource, 1, () => undefined)).toBe('expired')
})

it('delivers what came before and after a subscription once and in order, and nothing of other resources', async () => {
  const store = await opened()
  await put(store, 'a')
  await put(store, 'b')
  const seen: string[] = []
  const late: string[] = []
  const stop = store.subscribe(resource, 2, (events) => seen.push(...told(events)))
  store.subscribe(resource, 4, (events) => late.push(...told(events)))
  const written = put(store, 'a', 2)
  expect(seen).toEqual([])
  await written
  await store.write({ resource: '/pods', namespace: 'n', name: 'p' }, () => ({
    kind: 'put',
    object: { apiVersion: 'v1', kind: 'Pod', metadata: {} }
  }))
  await remove(store, 'b')
  expect(seen).toEqual(['ADDED b 3', 'MODIFIED a 4', 'DELETED b 6'])
  expect(late).toEqual(['DELETED b 6'])
  if (stop !== 'expired') stop()
  await put(store, 'z')
  expect(seen).toHaveLength(3)
})

it('keeps the history over a restart, and the revision when the newest object is gone', async () => {
  const store = await opened()
  await put(store, 'a')
  await put(store, 'b')
  await remove(store, 'b')
  await store.close()
  const again = await opened()
  const seen: string[] = []
  again.subscribe(resource, 2, (events) => seen.push(...told(events)))
  await put(again, 'c')
  expect(seen).toEqual(['ADDED b 3', 'DELETED b 4', 'ADDED c 5'])
})

it('compacts: old files go, nothing else changes', async () => {
  const store = await opened({ snapshotEvery: 20 })
  for (let write = 0; write < 90; write++) await put(store, `o${write % 5}`, write)
  await remove(store, 'o0')
  await store.close()
  const files = (await readdir(directory)).sort()
  expect(files).toHaveLength(2)
  expect(files.join(' ')).toMatch(/^objects-(\d{16})\.log objects-\1\.snapshot$/)
  const again = await opened()
  expect(again.revision()).toBe(92)
  expect(again.list(resource).map(({ object }) => (object as unknown as { value: number }).value)).toEqual([86, 87, 88, 89])
})

it('lets one store at a time into a directory, and the next one after it closed', async () => {
  const store = await opened()
  await expect(opened()).rejects.toMatchObject({ code: 'locked', message: expect.stringMatching(`${directory} is in use by this process`) })
  await store.close()
  await writeFile(join(directory, 'lock-1-12345-deadbeef'), 'left by a process that died')
  await opened()
  expect((await readdir(directory)).filter((name) => name.startsWith('lock-'))).toHaveLength(1)
})

it('refuses writes after closing, and finishes those from before', async () => {
  const store = await opened()
  const written = put(store, 'a')
  await store.close()
  expect((await written)?.revision).toBe(2)
  await expect(put(store, 'b')).rejects.toMatchObject({ code: 'closed' })
})

it('names a directory that cannot be one', async () => {
  const file = join(directory, 'file')
  await writeFile(file, '')
  const inside = join(file, 'state')
  await expect(opened({ directory: inside })).rejects.toMatchObject({
    code: 'unwritable',
    message: expect.stringContaining(`${inside} cannot be used (ENOTDIR`)
  })
})

it('refuses to start on a full disk, naming the directory', async () => {
  const files = new CrashingFiles(() => 0)
  files.free = 100_000
  await expect(opened({ directory: '/state', fs: files })).rejects.toMatchObject({
    code: 'full',
    message: expect.stringContaining('only 0.1 MiB are free for the data directory /state')
  })
})

it('refuses a write on a full disk, forgets it, and goes on when there is space again', async () => {
  const files = new CrashingFiles(() => 0.5)
  const store = await opened({ directory: '/state', fs: files })
  await put(store, 'a', 1)
  // The second call is the sync: all bytes of the frame are in the file by then.
  void files.fail({ call: 2, error: 'ENOSPC' })
  const refused = put(store, 'a', 2)
  await expect(refused).rejects.toMatchObject({
    code: 'full',
    message: expect.stringMatching(/no space is left to write \/state\/objects-\d+\.log/)
  })
  expect(store.get(keyed('a'))?.revision).toBe(2)
  const same = await opened({ directory: '/state', fs: files })
  expect(same.get(keyed('a'))?.revision).toBe(2)
  expect((await put(store, 'a', 3))?.revision).toBe(4)
})

it('stops writing for good when the device fails, and says so once', async () => {
  const files = new CrashingFiles(() => 0.5)
  const fatal: string[] = []
  const store = await opened({ directory: '/state', fs: files, onFatal: ({ message }) => fatal.push(message) })
  void files.fail({ call: 2, error: 'EIO' })
  await expect(put(store, 'a')).rejects.toMatchObject({ code: 'failed' })
  await expect(put(store, 'b')).rejects.toMatchObject({ code: 'failed' })
  expect(fatal).toEqual([expect.stringContaining('no write is accepted until a restart')])
  expect(store.list(resource)).toEqual([])
})

it.each([
  { what: 'a record with sound ones after it', path: '/state/objects-0000000000000001.log', at: 60, snapshotEvery: 100 },
  { what: 'a snapshot', path: '/state/objects-0000000000000011.snapshot', at: 200, snapshotEvery: 10 }
])('refuses $what that is damaged, naming the file', async ({ path, at, snapshotEvery }) => {
  const files = new CrashingFiles(() => 0)
  const store = await opened({ directory: '/state', fs: files, snapshotEvery })
  for (let write = 0; write < 14; write++) await put(store, `o${write}`)
  await store.close()
  files.damage(path, at)
  await expect(opened({ directory: '/state', fs: files })).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(path)
  })
})

it('refuses a directory from which a log was taken away', async () => {
  const store = await opened({ snapshotEvery: 10 })
  for (let write = 0; write < 14; write++) await put(store, `o${write}`)
  await store.close()
  await rm(join(directory, 'objects-0000000000000011.log'))
  await expect(opened()).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining('objects-0000000000000011.log is missing')
  })
})

it('forgets everything without a directory', async () => {
  const store = await opened({ directory: undefined })
  await put(store, 'a')
  await store.close()
  expect((await opened({ directory: undefined })).list(resource)).toEqual([])
})
