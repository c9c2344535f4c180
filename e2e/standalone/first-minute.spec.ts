/** What somebody sees who starts standalone for the first time, and for the second. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { knativeServices } from '@knative-ts/api'
import { mkdir, symlink } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { runCommand, runStandalone, type Running } from '../rig/command-line.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const freePorts = ['--gateway-port', '0', '--api-port', '0']
const cleaning: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean()
}, 180_000)

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, argv?: readonly string[]): Running {
  const running = argv === undefined ? runStandalone(args, { env }) : runCommand([...argv, ...args], { env })
  cleaning.push(async () => {
    running.signal('SIGINT')
    await running.ended
  })
  return running
}

async function emptyDirectory(): Promise<string> {
  const { path, discard } = await temporaryDirectory()
  cleaning.push(discard)
  return path
}

/** Lines behind the given one that are indented: what a newcomer pastes. */
const pasted = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^ {2}(export|kubectl|npm|curl) /.test(line))
    .map((line) => line.trim())

/** A PATH on which everything is but kubectl. */
async function pathWithoutKubectl(): Promise<string> {
  const directory = join(await emptyDirectory(), 'bin')
  await mkdir(directory)
  const seen = new Set(['kubectl'])
  for (const from of (process.env['PATH'] ?? '').split(delimiter).filter((path) => path.startsWith('/'))) {
    for (const name of namesIn(from).filter((each) => !seen.has(each))) {
      seen.add(name)
      await symlink(join(from, name), join(directory, name))
    }
  }
  return directory
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    // A PATH may name what is not there.
    return []
  }
}

describe('the printed text', () => {
  it.each([
    ['kubectl', () => Promise.resolve(process.env['PATH'] ?? '')],
    ['npm', pathWithoutKubectl]
  ])(
    'is enough: pasted into a shell, its lines (with %s) deploy and call the sample',
    async (tool, path) => {
      const env = { PATH: await path() }
      const running = start(['--ephemeral', ...freePorts], env, [process.execPath, 'tools/run/start.mjs'])
      await until('it is ready', async () => running.out().includes('Ctrl-C stops everything.'), 120_000)
      expect(running.out()).toMatch(/^ {2}Gateway: http:\/\/localhost:\d+$/m)
      const lines = pasted(running.out())
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['export', tool, 'curl'])
      const shell = runCommand(['bash', '-ec', lines.join('\n')], { env })
      expect({ code: await shell.ended, said: shell.out().split('\n').at(-2), error: shell.error() }).toMatchObject({
        code: 0,
        said: 'Hello World!'
      })
    },
    360_000
  )

  it('is one JSON object a line, and nothing else, with --json', async () => {
    const running = start(['--json', '--ephemeral', ...freePorts])
    await until('it is ready', async () => running.out().includes('"event":"ready"'), 120_000)
    running.signal('SIGINT')
    expect(await running.ended).toBe(0)
    const lines = running.out().trimEnd().split('\n')
    const events = lines.flatMap((line) => (JSON.parse(line) as { event?: string }).event ?? [])
    expect(new Set(events)).toEqual(new Set(['starting', 'api-server', 'role-ready', 'ready', 'stopping', 'stopped']))
    expect(running.error()).toBe('')
  }, 270_000)

  it('explains itself with --help, and says what is wrong with an option', async () => {
    const help = start(['--help'])
    expect({ code: await help.ended, out: help.out() }).toMatchObject({ code: 0, out: expect.stringContaining('--gateway-port PORT') })
    const wrong = start(['--gateway-port', 'many'])
    expect({ code: await wrong.ended, error: wrong.error() }).toEqual({
      code: 2,
      error: '--gateway-port many: give a port from 0 to 65535\n'
    })
  })
})

it('finds its objects at a second start and serves them again', async () => {
  const data = await emptyDirectory()
  const first = await startStandalone({ data })
  await first.client.create(knativeServices, serviceOf({ name: 'kept' }))
  await readyService(first.client, 'kept')
  expect(await first.stop()).toBe(0)

  const second = await startStandalone({ data })
  cleaning.push(() => second.stop())
  // The gateway has another free port now, and the address says so.
  const host = await until('the address names the new port', async () => {
    const service = await readyService(second.client, 'kept')
    return hostOf(service).endsWith(`:${second.gatewayPort}`) && hostOf(service)
  })
  const http = gatewayClient(second.gatewayPort)
  expect(await http.get(host)).toMatchObject({ status: 200, body: 'Hello World!\n' })
  http.close()
}, 360_000)

it.each(['gateway-port', 'api-port'])('says within seconds that the --%s is taken, and leaves nothing', async (option) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  cleaning.push(() => new Promise((resolve) => taken.close(resolve)))
  const { port } = taken.address() as AddressInfo
  const temporary = await emptyDirectory()
  const other = option === 'api-port' ? 'gateway-port' : 'api-port'
  const began = performance.now()
  const running = start(['--ephemeral', `--${option}`, String(port), `--${other}`, '0'], { TMPDIR: temporary })
  expect(await running.ended).toBe(1)
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(running.error()).toBe(
    `Cannot start: port ${port} is taken by another program: give another with --${option}, or 0 for any free one\n`
  )
  expect(readdirSync(temporary)).toEqual([])
})

it('runs beside another one', async () => {
  const both = await Promise.all([startStandalone(), startStandalone()])
  cleaning.push(...both.map((one) => () => one.stop()))
  for (const { client, gatewayPort } of both) {
    await client.create(knativeServices, serviceOf({ name: 'beside' }))
    const http = gatewayClient(gatewayPort)
    expect(await http.get(hostOf(await readyService(client, 'beside')))).toMatchObject({ status: 200 })
    http.close()
  }
}, 360_000)
