import { expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pauseProgram } from './pause-program.ts'

it('waits until it is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pause-'))
  const file = join(directory, 'pause')
  writeFileSync(file, pauseProgram(), { mode: 0o755 })
  const child = spawn(file)
  try {
    await once(child, 'spawn')
    // Asleep, not busy and not ended: the state follows the name in parentheses.
    const deadline = Date.now() + 60_000
    while (!/\) S /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) expect(Date.now()).toBeLessThan(deadline)
    expect(child.exitCode).toBeNull()
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(directory, { recursive: true })
  }
  expect(child.signalCode).toBe('SIGKILL')
})

it('is made for the machines that Node runs on, and refuses others by name', () => {
  expect(pauseProgram('arm64').readUInt16LE(18)).toBe(183)
  expect(pauseProgram('arm64').length).toBe(152)
  expect(() => pauseProgram('mips')).toThrow('mips')
})
