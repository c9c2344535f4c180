import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../rig/child.ts'
import { build, run, type Report } from './program.ts'

/** How long the program writes, when the server is killed, and how long it stays away: a minute with what comes before and after. */
const SECONDS = 45
const KILLS_AT_MS = [10_000, 28_000]
const AWAY_MS = 500

// What a real 1.34 server made the same program see, without being killed.
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded/program.recorded.json'), 'utf8')) as Report['same']

/** What a client may meet of a server that is killed; a conflict is one of writes whose answer was lost, or of a cache that is behind. */
const EXPECTED =
  /^(?:informer|copier|writer): (?:connection (?:refused|reset)|end of stream|timeout|status (?:409 \w+|410 Expired|404 NotFound))$/

describe('a client-go program, while the API server is killed and started again', () => {
  const stopping = new AbortController()
  let directory: string
  let server: ChildProcess
  let reports: readonly Report[]
  let kills = 0

  async function start(port: number): Promise<{ readonly port: number; readonly kubeconfig: string }> {
    server = fork(join(import.meta.dirname, 'server.ts'), [join(directory, 'data'), String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: []
    })
    return messageOf(server)
  }

  async function kill(): Promise<void> {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'client-go-'))
    const program = await build(directory)
    const { port, kubeconfig } = await start(0)
    const file = join(directory, 'kubeconfig')
    await writeFile(file, kubeconfig, { mode: 0o600 })
    const live = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const runs = [false, true].map((watchList, index) =>
      run(
        program,
        {
          kubeconfig: file,
          namespace: watchList ? 'watched' : 'listed',
          seconds: SECONDS,
          watchList,
          onLive: () => live[index]?.resolve()
        },
        stopping.signal
      )
    )
    const both = Promise.all(runs)
    await Promise.race([Promise.all(live.map(({ promise }) => promise)), both])
    const began = performance.now()
    for (const at of KILLS_AT_MS) {
      await Promise.race([pause(Math.max(at - (performance.now() - began), 0), undefined, { signal: stopping.signal }), both])
      await kill()
      kills++
      await pause(AWAY_MS)
      await start(port)
    }
    reports = await both
  }, 600_000)

  afterAll(async () => {
    stopping.abort()
    if (server?.exitCode === null && server.signalCode === null) await kill()
    await rm(directory, { recursive: true, force: true })
  })

  const byMode = [
    ['lists', 0],
    ['watch lists', 1]
  ] as const

  it.each(byMode)('with %s sees what it sees of a real server that nobody kills', (_, index) => {
    expect(kills).toBe(KILLS_AT_MS.length)
    expect(reports[index]?.same).toEqual(recorded)
  })

  it.each(byMode)('with %s meets no error but that the server was away', (_, index) => {
    const { errors = {} } = reports[index]?.seen ?? {}
    expect(Object.keys(errors).filter((kind) => !EXPECTED.test(kind))).toEqual([])
    // It was away: somebody must have noticed.
    expect(Object.keys(errors).join()).toMatch(/connection|end of stream/)
  })

  it('begins its informers by lists, or by watches alone', () => {
    expect(reports.map(({ seen }) => (seen.requests['watch list 200'] ?? 0) > 0)).toEqual([false, true])
  })
})
