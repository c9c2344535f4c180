import { afterAll, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endLeftovers, Ledger } from './ledger.ts'
import { isAlive, startTimeOf } from './process-identity.ts'

describe('the ledger', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const sleeper = () => spawn('sleep', ['1000'], { stdio: 'ignore', detached: true })

  it('ends what was started and not ended, and nobody who has got the pid since', async () => {
    const ledger = new Ledger(directory)
    const [left, stranger] = [sleeper(), sleeper()]
    const [leftPid, strangerPid] = [left.pid as number, stranger.pid as number]
    ledger.started(leftPid)
    const startTime = startTimeOf(leftPid) as string
    // The stranger's pid was once ours: another start time.
    appendFileSync(join(directory, 'processes'), `+ ${strangerPid} 1\n+ 999999 5\nnonsense\n`)
    const gone = new Promise((resolve) => left.once('exit', resolve))
    expect(endLeftovers(directory)).toBe(1)
    await gone
    expect(isAlive(leftPid, startTime)).toBe(false)
    expect(startTimeOf(strangerPid)).toBeDefined()
    stranger.kill('SIGKILL')
  })

  it('forgets what has ended', () => {
    const ledger = new Ledger(directory)
    ledger.started(process.pid)
    ledger.ended(process.pid)
    expect(readFileSync(join(directory, 'processes'), 'utf8')).toBe(`+ ${process.pid} ${startTimeOf(process.pid)}\n- ${process.pid}\n`)
    expect(endLeftovers(directory)).toBe(0)
  })

  it('is empty where there was none', () => {
    expect(endLeftovers(join(directory, 'absent'))).toBe(0)
  })
})
