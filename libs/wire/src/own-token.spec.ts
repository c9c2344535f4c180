import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { ownToken } from './own-token.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'token-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('the own token is read anew each time, without blanks around it', async () => {
  for (const token of ['first', 'second']) {
    await writeFile(join(directory, 'token'), `${token}\n`)
    expect(await ownToken(directory)).toBe(token)
  }
})

it('there is none where no ServiceAccount is mounted', async () => {
  expect(await ownToken(directory)).toBeUndefined()
})

it('one that cannot be read is an error that names it', async () => {
  await mkdir(join(directory, 'token'))
  await expect(ownToken(directory)).rejects.toThrow('EISDIR')
})
