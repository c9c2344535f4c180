import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
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
  const { close, keep, node } = await openState(path)
  expect(node).toBe(join(path, 'node'))
  keep()
  await close()
  expect(existsSync(node)).toBe(true)
})

it('leaves nothing of a start that came to nothing, and everything that was there before', async () => {
  const mine = join(directory, 'mine')
  await mkdir(mine)
  await (await openState(join(mine, 'a', 'b'))).close()
  await (await openState(mine)).close()
  expect(await readdir(mine)).not.toContain('a')
  expect(existsSync(mine)).toBe(true)
})
