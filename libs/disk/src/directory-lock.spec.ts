import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { DirectoryInUse, lockDirectory } from './directory-lock.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'directory-lock-'))
})

afterEach(() => rm(directory, { recursive: true }))

it('lets one in at a time, and the next one after its release', async () => {
  const release = await lockDirectory(directory)
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryInUse)
  await expect(lockDirectory(directory)).rejects.toThrow(`the data directory ${directory} is in use by this process`)
  await release()
  expect(await readdir(directory)).toEqual([])
  await (
    await lockDirectory(directory)
  )()
})

it('names the process that has it, and takes it over when that one was killed', async () => {
  const program = `import { lockDirectory } from ${JSON.stringify(new URL('./directory-lock.ts', import.meta.url).href)}
    await lockDirectory(process.argv[1])
    console.log('locked')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  // Whatever fails here: it would go on for ever.
  using _ = { [Symbol.dispose]: () => void holder.kill('SIGKILL') }
  // Also when it ends without a word.
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
  await expect(lockDirectory(directory)).rejects.toThrow(`in use by process ${holder.pid}`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const release = await lockDirectory(directory)
  expect(await readdir(directory)).toHaveLength(1)
  await release()
})

it('takes the lock of an earlier process of the same pid for what it is', async () => {
  const left = `lock-${process.ppid}-1-00000000`
  await writeFile(join(directory, left), '')
  const release = await lockDirectory(directory)
  expect(await readdir(directory)).not.toContain(left)
  await release()
})

it('says what the system says when it cannot write', async () => {
  await expect(lockDirectory(join(directory, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' })
})
