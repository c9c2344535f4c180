import 'reflect-metadata'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '@knative-ts/testing'
import { z } from 'zod'
import { readEnvironment } from './environment.ts'

/** A real role process: bundled from a few lines of source, as apps are. */
const source = fileURLToPath(new URL('./role.fixture.ts', import.meta.url))
const bundler = fileURLToPath(new URL('../../../tools/build/bundle.mjs', import.meta.url))
const bundle = fileURLToPath(new URL('../dist/role.fixture.mjs', import.meta.url))

async function until<T>(look: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> {
  for (const end = Date.now() + withinMs; ;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a role', () => {
  const running: ChildProcess[] = []
  beforeAll(() => {
    execFileSync(process.execPath, [bundler, '--input', source, '--out', bundle])
  })
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })

  const start = async (variables: Record<string, string> = {}) => {
    const port = await freePort()
    const child = spawn(process.execPath, [bundle], {
      env: { ...process.env, PROBE_PORT: String(port), ...variables },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    running.push(child)
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        () => undefined
      )
    return { child, ended, ask, output: () => output }
  }

  it('is ready only when its parts are, and says why it is not', async () => {
    const role = await start({ FIXTURE_COLD: '1' })
    const cold = await until(async () => {
      const answer = await role.ask('/readyz')
      return answer?.text.includes('starting') === true ? undefined : answer
    })
    expect(cold).toEqual({ status: 503, text: 'first: warming up\nsecond: warming up\n' })
    expect(await role.ask('/livez')).toEqual({ status: 200, text: 'ok' })
    role.child.kill('SIGHUP')
    expect(await until(async () => ((await role.ask('/readyz'))?.status === 200 ? true : undefined))).toBe(true)
  })

  it('drains every part, then stops them in reverse order, and exits with 0 on SIGTERM', async () => {
    const role = await start()
    await until(async () => ((await role.ask('/readyz'))?.status === 200 ? true : undefined))
    role.child.kill('SIGTERM')
    expect(await role.ended).toBe(0)
    expect(role.output().match(/(drain|stop) (first|second)/g)).toEqual(['drain first', 'drain second', 'stop second', 'stop first'])
  })

  it('ends with 1 and names the part that cannot start', async () => {
    const role = await start({ FIXTURE_FAIL: 'port 1 is taken' })
    expect(await role.ended).toBe(1)
    expect(role.output()).toContain('second cannot start: port 1 is taken')
  })
})

it('names each environment variable that is wrong', () => {
  const schema = z.object({ PORT: z.coerce.number().int(), POD_NAME: z.string(), LOG: z.string().default('info') })
  expect(readEnvironment(schema, { PORT: '80', POD_NAME: 'a', LOG: '' })).toEqual({ PORT: 80, POD_NAME: 'a', LOG: 'info' })
  expect(() => readEnvironment(schema, { PORT: 'x' })).toThrow(/PORT: .*\n {2}POD_NAME: /)
})
