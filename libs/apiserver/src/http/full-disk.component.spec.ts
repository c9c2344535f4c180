/** A disk that fills while the server runs: writes are refused in words, everything else goes on, and so do writes when there is space. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cannotMount, canTest } from '@knative-ts/testing'
import type { ApiServerOptions } from '../api-server.ts'
import { CrashingFiles } from '../store/crashing-files.ts'
import { eventsUntil, startTestServer, type TestServer } from '../test-server.ts'

/** A disk that can be filled. */
interface Disk {
  readonly options: Partial<ApiServerOptions>
  fill(): Promise<void>
  free(): Promise<void>
  remove(): Promise<void>
}

const MIB = 1024 * 1024
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
/** More than what is left of the last page of a file. */
const TEXT = 'x'.repeat(64 * 1024)

/** A file system of its own in memory: only root may mount one. */
async function mounted(directory: string): Promise<Disk> {
  const disk = join(directory, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'none', disk])
  const ballast = join(disk, 'ballast')
  return {
    options: { dataDirectory: join(disk, 'state') },
    fill: async () => {
      const file = await open(ballast, 'w')
      try {
        for (;;) await file.write(Buffer.alloc(MIB / 4))
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
      } finally {
        await file.close()
      }
    },
    free: () => rm(ballast),
    remove: async () => void execFileSync('umount', [disk])
  }
}

/** A disk that says that it is full. */
async function pretended(directory: string): Promise<Disk> {
  const files = new CrashingFiles(() => 0.5)
  return {
    options: { dataDirectory: directory, files },
    fill: async () => void (files.full = true),
    free: async () => void (files.full = false),
    remove: async () => undefined
  }
}

const disks = [{ what: 'a disk that says so', make: pretended }]
if (canTest('the filling of a real disk', cannotMount())) disks.push({ what: 'a file system of 12 MiB', make: mounted })

describe.each(disks)('$what', ({ make }) => {
  let directory: string
  let disk: Disk
  let server: TestServer

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'full-disk-'))
    disk = await make(directory)
    server = await startTestServer(disk.options)
  })
  afterEach(async () => {
    await server.close()
    await disk.remove()
    await rm(directory, { recursive: true })
  })

  const create = (name: string) => server.ask('POST', CONFIG_MAPS, { metadata: { name, labels: { of: 'test' } }, data: { text: TEXT } })
  const names = async () =>
    (await server.ask('GET', `${CONFIG_MAPS}?labelSelector=of%3Dtest`)).json.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name
    )

  it('refuses writes with a Status, answers reads and watches, and goes on when there is space', async () => {
    const watching = eventsUntil(await server.open(`${CONFIG_MAPS}?watch=true&labelSelector=of%3Dtest`), (events) => events.length === 3)
    expect((await create('before')).status).toBe(201)
    await disk.fill()
    const refused = await Promise.all([
      ...['r1', 'r2', 'r3', 'r4', 'r5', 'r6'].map(create),
      server.ask('PATCH', `${CONFIG_MAPS}/before`, { data: { more: TEXT } }, { type: 'application/merge-patch+json' })
    ])
    for (const { status, json } of refused) {
      expect(status).toBe(507)
      expect(json).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'InsufficientStorage', code: 507 })
      expect(json.message).toMatch(/^no space is left to write .*objects-\d+\.log \(.*ENOSPC.*\): the write was refused; free some space$/)
    }
    expect(await names()).toEqual(['before'])
    const before = await server.ask('GET', `${CONFIG_MAPS}/before`)
    expect(before.json.data).toEqual({ text: TEXT })
    expect((await server.ask('GET', '/readyz')).status).toBe(200)
    const again = eventsUntil(await server.open(`${CONFIG_MAPS}?watch=true&labelSelector=of%3Dtest`), (events) => events.length === 1)
    expect((await again).map(({ object }) => object.metadata.name)).toEqual(['before'])

    await disk.free()
    expect((await create('after')).status).toBe(201)
    expect((await create('r1')).status).toBe(201)
    expect((await watching).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED before',
      'ADDED after',
      'ADDED r1'
    ])
    expect(server.defects).toEqual([])

    await server.close()
    server = await startTestServer(disk.options)
    expect(await names()).toEqual(['after', 'before', 'r1'])
    expect((await server.ask('GET', `${CONFIG_MAPS}/before`)).json).toEqual(before.json)
  })
})
