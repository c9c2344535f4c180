/** What standalone says of a data directory that it cannot use, and what it does when the disk runs full below it. */
import { afterEach, expect, it } from '@jest/globals'
import { knativeServices, type KubeObject } from '@knative-ts/api'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cannotMount, itWhere } from '@knative-ts/testing/prerequisites'
import { runStandalone, type CommandOptions } from '../rig/command-line.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const cleaning: (() => Promise<unknown>)[] = []
const isRoot = process.getuid?.() === 0

afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean()
}, 180_000)

async function emptyDirectory(): Promise<string> {
  const { path, discard } = await temporaryDirectory()
  cleaning.push(discard)
  return path
}

/** The words of a start that fails, within seconds. */
async function failureOf(data: string, options: CommandOptions = {}): Promise<string> {
  const running = runStandalone(['--data', data, '--gateway-port', '0', '--api-port', '0'], options)
  const began = performance.now()
  expect({ code: await running.ended, out: running.out() }).toMatchObject({ code: 1, out: expect.not.stringContaining('Ready in') })
  expect(performance.now() - began).toBeLessThan(30_000)
  return running.error().trim()
}

it.each([
  ['a file', 'file'],
  ['a path below a file', 'file/below']
])('%s in the place of the data directory is a clear error', async (_, name) => {
  const directory = await emptyDirectory()
  await writeFile(join(directory, 'file'), 'precious')
  expect(await failureOf(join(directory, name))).toMatch(
    new RegExp(`^Cannot start: the data directory ${join(directory, name)} cannot be written \\(.*\\): give another with --data`)
  )
})

it('a directory of somebody else is a clear error', async () => {
  const directory = await emptyDirectory()
  await chmod(directory, 0o555)
  const said = await failureOf(join(directory, 'mine'), { asNobody: isRoot, env: { HOME: directory } })
  expect(said).toMatch(
    /^Cannot start: the data directory \/.*\/mine cannot be written \(EACCES: .*\): give another with --data, or mend its rights$/
  )
  const existing = join(directory, 'existing')
  await chmod(directory, 0o755)
  await mkdir(join(existing, 'node'), { recursive: true })
  await chmod(existing, 0o555)
  expect(await failureOf(existing, { asNobody: isRoot, env: { HOME: directory } })).toMatch(
    new RegExp(`^Cannot start: the data directory ${existing} cannot be used \\(EACCES: .*\\): make it writable for this user`)
  )
})

it('a second standalone over one directory names the directory and its holder, and the first goes on', async () => {
  const data = await emptyDirectory()
  const first = await startStandalone({ data })
  cleaning.push(() => first.stop())
  await first.client.create(knativeServices, serviceOf({ name: 'held' }))
  const host = hostOf(await readyService(first.client, 'held'))
  expect(await failureOf(data)).toContain(`Cannot start: the data directory ${data} is in use by process ${first.process.pid} `)
  const http = gatewayClient(first.gatewayPort)
  cleaning.push(async () => http.close())
  expect(await http.get(host)).toMatchObject({ status: 200 })
}, 270_000)

/** A small file system of its own. */
async function smallDisk(mebibytes: number): Promise<string> {
  const directory = await emptyDirectory()
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', directory], { encoding: 'utf8' })
  if (status === 0) {
    cleaning.push(async () => spawnSync('umount', ['-l', directory]))
    return directory
  }
  throw new Error(`a small disk cannot be mounted: ${stderr.trim()}`)
}

const itWithSmallDisk = itWhere('a standalone on a small disk', cannotMount())

/** Takes all space but `leave` bytes. */
async function fill(disk: string, leave = 0): Promise<string> {
  const { bavail, bsize } = await statfs(disk)
  const file = join(disk, 'filler')
  try {
    await writeFile(file, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  } catch (error) {
    // Somebody else wrote meanwhile: it is full all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
  return file
}

itWithSmallDisk(
  'a full disk is a clear error at start, and nothing that keeps a later start from working',
  async () => {
    const disk = await smallDisk(32)
    const data = join(disk, 'data')
    for (const leave of [0, 8_192, 65_536, 1 << 20]) {
      const filler = await fill(disk, leave)
      expect(await failureOf(data)).toMatch(
        new RegExp(`^Cannot start: .*(no space is left|only .* MiB are free).*${data}.*choose another directory`)
      )
      await rm(filler)
    }
    const standalone = await startStandalone({ data })
    expect(await standalone.stop()).toBe(0)
  },
  360_000
)

itWithSmallDisk(
  'a disk that runs full later: writes are refused with a Status, nothing is lost, and all works again with space',
  async () => {
    const disk = await smallDisk(48)
    const data = join(disk, 'data')
    const standalone = await startStandalone({ data })
    cleaning.push(() => standalone.stop())
    const { client } = standalone
    await client.create(knativeServices, serviceOf({ name: 'stays', annotations: { 'autoscaling.knative.dev/min-scale': '1' } }))
    const host = hostOf(await readyService(client, 'stays'))
    const filler = await fill(disk)
    const written: string[] = []
    const config = (name: string): ConfigMap => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
      data: { text: 'x'.repeat(100_000) }
    })
    const refusal = await until('a write is refused', async () => {
      const name = `config-${written.length}`
      try {
        await client.create(configMaps, config(name))
        written.push(name)
        return undefined
      } catch (error) {
        return error as { readonly code: number; readonly status: KubeObject & { reason?: string; message?: string } }
      }
    })
    expect(refusal).toMatchObject({ code: 507, status: { kind: 'Status', message: expect.stringMatching(/space/) } })
    // Reading and serving do not need the disk.
    await client.get(knativeServices, { namespace: 'default', name: 'stays' })
    const http = gatewayClient(standalone.gatewayPort)
    cleaning.push(async () => http.close())
    expect(await http.get(host)).toMatchObject({ status: 200 })

    await rm(filler)
    await until('a write succeeds again', async () => {
      await client.create(configMaps, config('after'))
      return true
    })
    await client.create(knativeServices, serviceOf({ name: 'later' }))
    expect(await http.get(hostOf(await readyService(client, 'later')))).toMatchObject({ status: 200 })
    await standalone.kill()

    const next = await startStandalone({ data })
    cleaning.push(() => next.stop())
    const { items } = await next.client.list(configMaps, { namespace: 'default' })
    expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([...written, 'after']))
    await readyService(next.client, 'stays')
    expect(existsSync(join(data, 'kubeconfig'))).toBe(true)
  },
  540_000
)
