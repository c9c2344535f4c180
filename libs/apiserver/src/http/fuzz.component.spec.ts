/** Requests that nobody would send, by the thousand: each is answered, none is a defect, and nothing is left of them. A failure names its seed. */
import { beforeAll, expect, it } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { OBJECTS } from './fuzz-objects.fixture.ts'
import { Fuzz } from './fuzz.fixture.ts'
import { serverOfSuite } from '../suite-server.fixture.ts'

const SEED = 20_261_121
const ROUNDS = 3
const REQUESTS = 1_000
const AT_ONCE = 8
/** A request hangs that is silent for so long (ms), and for so many answers to others: on a busy machine everything is slow. */
const ANSWER_MS = 10_000
const OTHER_ANSWERS = 1_000
/** What caches may keep between one round and the next. */
const GROWTH_BYTES = 12 * 1024 * 1024

const server = serverOfSuite()
beforeAll(async () => {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 1 } } } } }
  await server.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: 'fuzzes.fuzz.example.com' },
    spec: {
      group: 'fuzz.example.com',
      scope: 'Namespaced',
      names: { plural: 'fuzzes', kind: 'Fuzz' },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } }]
    }
  })
  await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'there' } })
  for (const [path, resource] of [
    ['/api/v1/namespaces/default', 'configmaps'],
    ['/api/v1/namespaces/default', 'services'],
    ['/api/v1/namespaces/default', 'pods'],
    ['/apis/apps/v1/namespaces/default', 'deployments'],
    ['/apis/fuzz.example.com/v1/namespaces/default', 'fuzzes']
  ] as const)
    expect((await server.ask('POST', `${path}/${resource}`, { metadata: { name: 'there' }, ...OBJECTS[resource] })).status).toBe(201)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
function heapBytes(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** How often each status was answered. */
const tally = new Map<number, number>()

/** Resolves when something that nobody answers has hung; given up by `signal`. */
async function silence(signal: AbortSignal): Promise<'silence'> {
  await pause(ANSWER_MS, undefined, { signal })
  for (let answers = 0; answers < OTHER_ANSWERS; answers++) {
    signal.throwIfAborted()
    await server.ask('GET', '/version')
  }
  return 'silence'
}

async function fuzzOnce(fuzz: Fuzz): Promise<string | undefined> {
  const [method, path, resource] = fuzz.target()
  const type = fuzz.type(method)
  const target = `${path}?${fuzz.query()}`
  const body = ['GET', 'HEAD', 'DELETE'].includes(method) && fuzz.below(4) > 0 ? undefined : fuzz.body(resource)
  const told = `${method} ${target} ${type} ${String(body).slice(0, 300)}`
  const answered = new AbortController()
  try {
    const silent = silence(answered.signal)
    // Given up when the answer has come: then nobody waits for it any more.
    silent.catch(() => undefined)
    const answer = await Promise.race([server.ask(method, target, body, { type, headers: fuzz.headers() }), silent])
    if (answer === 'silence') return `no answer: ${told}`
    tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1)
    return answer.status !== 503 ? undefined : `${answer.status}: ${told}`
  } catch (error) {
    // The HTTP parser hangs up on what is no HTTP; it must not take the server with it.
    return /ECONNRESET|EPIPE|socket hang up|write/.test(String(error)) ? undefined : `${String(error)}: ${told}`
  } finally {
    answered.abort()
  }
}

async function round(fuzz: Fuzz): Promise<string[]> {
  const failures: string[] = []
  let left = REQUESTS
  const work = async () => {
    while (left-- > 0) {
      const failure = await fuzzOnce(fuzz)
      if (failure !== undefined) failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failures
}

it('answers every request, finds no defect in itself, and does not grow', async () => {
  const sizes: number[] = []
  for (let count = 0; count < ROUNDS; count++) {
    expect(await round(new Fuzz(SEED + count))).toEqual([])
    sizes.push(heapBytes())
  }
  expect(server.defects).toEqual([])
  // Not everything is turned away at the door.
  for (const status of [200, 201, 400, 404, 409, 422]) expect([status, (tally.get(status) ?? 0) > REQUESTS / 50]).toEqual([status, true])
  expect((await server.ask('GET', '/readyz')).text).toBe('ok')
  expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThan(GROWTH_BYTES)
}, 120_000)
