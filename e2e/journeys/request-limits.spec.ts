/** The three timeouts of a revision and its containerConcurrency, as a client meets them. */
import { once } from 'node:events'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { WebSocket } from 'ws'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { exchangeRaw } from '../rig/raw-connection.ts'
import { sendRequest, type Received } from '../rig/send-request.ts'

const platform = usePlatform('limits')
let hosts: Readonly<Record<string, string>>

const scale = (burst: string, most = '1'): Record<string, string> => ({
  'autoscaling.knative.dev/min-scale': '1',
  'autoscaling.knative.dev/max-scale': most,
  'autoscaling.knative.dev/target-burst-capacity': burst
})

beforeAll(async () => {
  const image = imageOf('echo')
  // A burst capacity of 0 takes the activator out of the path, -1 keeps it in.
  hosts = await platform.user.deployAll([
    { name: 'whole', image, annotations: scale('0'), revision: { timeoutSeconds: 1 } },
    { name: 'held', image, annotations: scale('-1'), revision: { timeoutSeconds: 1 } },
    { name: 'start', image, annotations: scale('0'), revision: { timeoutSeconds: 10, responseStartTimeoutSeconds: 1 } },
    { name: 'idle', image, annotations: scale('0'), revision: { timeoutSeconds: 10, idleTimeoutSeconds: 1 } },
    { name: 'single', image, annotations: scale('-1', '2'), containerConcurrency: 1 },
    { name: 'queue', image, annotations: scale('0'), containerConcurrency: 1 }
  ])
}, 270_000)

/** Every limit is one second, and what it cuts would take five: this tells them apart on a slow machine too. */
const cutMs = 4_000

const get = (service: string, path: string): Promise<Received> => sendRequest({ ...platform.gateway, host: hosts[service] ?? '', path })
const getRaw = (service: string, path: string): Promise<string> =>
  exchangeRaw(platform.gateway, `GET ${path} HTTP/1.1\r\nHost: ${hosts[service]}\r\nConnection: close\r\n\r\n`)

describe('timeoutSeconds', () => {
  it.each([
    ['queue-proxy', 'whole', /^request timeout$/],
    // Both count; the activator began first.
    ['activator', 'held', /^(activator )?request timeout$/]
  ])('ends a request without an answer with 504 of the %s', async (_, service, body) => {
    const answer = await get(service, '/sleep?ms=5000')
    expect([answer.status, answer.body.toString()]).toEqual([504, expect.stringMatching(body)])
    expect(answer.ms).toBeGreaterThanOrEqual(1_000)
    expect(answer.ms).toBeLessThan(cutMs)
  })

  it('cuts a response that has begun, and ends it properly', async () => {
    const answer = await get('whole', '/drip')
    expect(answer.status).toBe(200)
    expect(answer.body.toString()).toMatch(/^\.+request timeout$/)
    expect(answer.ms).toBeLessThan(cutMs)
  })

  it('closes a WebSocket', async () => {
    const socket = new WebSocket(`ws://${platform.authority}/`, { headers: { host: hosts.whole } })
    await once(socket, 'open')
    const began = performance.now()
    await once(socket, 'close')
    expect(performance.now() - began).toBeLessThan(cutMs)
  })
})

describe('responseStartTimeoutSeconds', () => {
  it('ends a request of which nothing was answered', async () => {
    const answer = await get('start', '/sleep?ms=5000')
    expect([answer.status, answer.body.toString()]).toEqual([504, 'request timeout'])
    expect(answer.ms).toBeLessThan(cutMs)
  })

  it('leaves one that has begun in time', async () => {
    const answer = await get('start', '/sleep?ms=1500&first=1')
    expect([answer.status, answer.body.toString()]).toEqual([200, 'first,done'])
  })
})

describe('idleTimeoutSeconds', () => {
  it('ends a response that stops flowing', async () => {
    const answer = await get('idle', '/sleep?ms=5000&first=1')
    expect([answer.status, answer.body.toString()]).toEqual([200, 'first,request timeout'])
    expect(answer.ms).toBeLessThan(cutMs)
  })

  it('leaves one that flows', async () => {
    const answer = await get('idle', '/drip?count=15')
    expect([answer.status, answer.body.toString()]).toEqual([200, '.'.repeat(15)])
  })
})

describe('containerConcurrency 1', () => {
  it('never lets two requests into one pod, and answers all 20', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('single', '/one?ms=100')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(new Set(answers.map(({ headers }) => headers['x-most']))).toEqual(new Set(['1']))
  })

  it('lets ten wait at the pod, and refuses who comes then with 503', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('queue', '/one?ms=300')))
    const refused = answers.filter(({ status }) => status === 503)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11)
    expect(refused.map(({ body }) => body.toString())).toEqual(Array.from({ length: 9 }, () => 'pending request queue full\n'))
    expect(await getRaw('queue', '/one?ms=1')).toContain('x-most: 1\r\n')
  })
})
