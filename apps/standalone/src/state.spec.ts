import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { abandonedStates, openState } from './state.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'state-spec-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

it('knows an ephemeral directory of a living process from one of a dead process, also when its pid runs again', async () => {
  const living = await openState(undefined)
  const { pid } = spawnSync('true')
  const dead = [`knative-ts-${pid}-1-abc`, `knative-ts-${process.pid}-1-abc`]
  for (const name of [...dead, basename(living.root), 'somebody-elses']) await mkdir(join(directory, name))
  expect((await abandonedStates(directory)).map((path) => basename(path)).sort()).toEqual(dead.sort())
  await living.close()
  expect(await abandonedStates()).not.toContain(living.root)
})

it('gives a data directory to one process at a time', async () => {
  const first = await openState(directory)
  await expect(openState(directory)).rejects.toThrow(`the data directory ${directory} is in use by`)
  await first.close()
  await (await openState(directory)).close()
})

it.each(['/proc/nowhere', '/proc/nowhere/deep', '/dev/null/below'])(
  'refuses the data directory %s, and does not try for ever',
  async (path) => {
    await expect(openState(path)).rejects.toThrow(`the data directory ${path} cannot be written`)
  }
)

it('makes a data directory with its parents', async () => {
  const path = join(directory, 'a', 'b')
  const { close, node } = await openState(path)
  expect(node).toBe(join(path, 'node'))
  await close()
})
