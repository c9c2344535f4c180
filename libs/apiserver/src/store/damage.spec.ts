/** Every place at which a disk can decay is noticed at the next start, and named. */
import { expect, it } from '@jest/globals'
import { CrashingFiles } from './crashing-files.ts'
import type { ObjectStore } from './object-store.ts'
import { openStore } from './open-store.ts'

const directory = '/state'
const FIRST_LOG = '/state/objects-0000000000000001.log'
const LATER_LOG = '/state/objects-0000000000000011.log'
const SNAPSHOT = '/state/objects-0000000000000011.snapshot'

const onFatal = (error: Error) => {
  throw error
}
const open = (fs: CrashingFiles, snapshotEvery = 1000) => openStore({ directory, fs, snapshotEvery, onFatal })

async function write(store: ObjectStore, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const name = `o${index % 9}`
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, text: `some @ text ${'x'.repeat(index)}` }
    await store.write({ resource: '/configmaps', namespace: 'n', name }, () =>
      index % 5 === 4 ? { kind: 'delete', last: object } : { kind: 'put', object }
    )
  }
  await Promise.all(
    ['p', 'q', 'r'].map((name) =>
      store.write({ resource: '/pods', namespace: 'n', name }, () => ({
        kind: 'put',
        object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } }
      }))
    )
  )
}

/** A store that was written to and stopped: `writes` single ones, then a frame of three. */
async function stopped(writes: number, snapshotEvery?: number): Promise<CrashingFiles> {
  const files = new CrashingFiles(() => 0)
  const store = await open(files, snapshotEvery)
  await write(store, writes)
  await store.close()
  return files
}

const outcome = (files: CrashingFiles) =>
  open(files).then(
    async (store) => {
      await store.close()
      return 'opened'
    },
    (error: { code: string; message: string }) => `${error.code}: ${error.message.split(':')[0]}`
  )

it.each([
  { what: 'a log, its head and its last frame', writes: 12, path: FIRST_LOG },
  { what: 'a log with nothing but its head', writes: -1, path: FIRST_LOG },
  { what: 'a log after a snapshot', writes: 14, snapshotEvery: 10, path: LATER_LOG },
  { what: 'a snapshot', writes: 14, snapshotEvery: 10, path: SNAPSHOT }
])('names the byte of any bit that flipped in $what', async ({ writes, snapshotEvery, path }) => {
  const files = writes < 0 ? new CrashingFiles(() => 0) : await stopped(writes, snapshotEvery)
  if (writes < 0) await (await open(files)).close()
  expect(await outcome(files)).toBe('opened')
  const size = files.contentOf(path).length
  expect(size).toBeGreaterThan(20)
  for (let at = 0; at < size; at++)
    for (let bit = at % 3; bit < 8; bit += 3) {
      files.damage(path, at, 1 << bit)
      expect(await outcome(files)).toBe(`corrupt: ${path} is damaged at byte ${at}`)
      files.damage(path, at, 1 << bit)
    }
  expect(await outcome(files)).toBe('opened')
})

it('notices more than a bit in the last frame: where it begins is named', async () => {
  const files = await stopped(12)
  const size = files.contentOf(FIRST_LOG).length
  const frame = size - lengthOfLast(files)
  // Letters become other letters: two bits each, and no zeros.
  for (const at of [size - 3, size - 20, size - 150]) {
    files.damage(FIRST_LOG, at, 0b11)
    files.damage(FIRST_LOG, at - 1, 0b11)
    expect(await outcome(files)).toBe(`corrupt: ${FIRST_LOG} is damaged at byte ${frame}`)
    files.damage(FIRST_LOG, at - 1, 0b11)
    files.damage(FIRST_LOG, at, 0b11)
  }
})

it('cuts what a crash leaves of the last frame, however short, and however much of it is zeros', async () => {
  const whole = await stopped(12)
  const size = whole.contentOf(FIRST_LOG).length
  const last = lengthOfLast(whole)
  for (let kept = 0; kept < last; kept++) {
    const files = await stopped(12)
    const file = await files.open(FIRST_LOG)
    await file.truncate(size - last + kept)
    expect([kept, await outcome(files)]).toEqual([kept, 'opened'])
    expect(files.contentOf(FIRST_LOG).length).toBe(size - last)
  }
  for (let hole = 0; hole < last - 60; hole += 7) {
    const files = await stopped(12)
    const file = await files.open(FIRST_LOG)
    await file.write(Buffer.alloc(60), size - last + hole)
    expect([hole, await outcome(files)]).toEqual([hole, 'opened'])
  }
})

/** Bytes of the frame with the three writes that came together. */
function lengthOfLast(files: CrashingFiles): number {
  const bytes = files.contentOf(FIRST_LOG)
  return bytes.length - bytes.lastIndexOf(Buffer.from([0xff, 0x4b, 0x54, 0x31]))
}
