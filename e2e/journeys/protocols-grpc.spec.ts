/** gRPC through the whole chain: the four kinds of call, metadata and trailers, errors, cancellation and deadlines. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { credentials, makeGenericClientConstructor, Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { echoService } from '../images/grpc/service.ts'
import { imageOf } from '../rig/installation.ts'
import { onePodBehindActivator } from '../rig/one-pod.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('grpc')
let authority: string

type Callback = (error: ServiceError | null, text?: string) => void
interface Call {
  on(event: string, heard: (...values: never[]) => void): Call
  cancel(): void
}
interface Writing extends Call {
  write(text: string): void
  end(): void
}
interface Client {
  one(text: string, metadata: Metadata, options: object, done: Callback): Call
  collect(done: Callback): Writing
  spread(text: string): Call
  talk(): Writing
  close(): void
}
let client: Client

const clientOf = (methods: Partial<typeof echoService>): Client => {
  const Echo = makeGenericClientConstructor(methods as typeof echoService, 'Echo')
  const options = { 'grpc.default_authority': authority }
  return new Echo(platform.authority, credentials.createInsecure(), options) as unknown as Client
}

beforeAll(async () => {
  const container = { ports: [{ name: 'h2c', containerPort: 8080 }] }
  const hosts = await platform.user.deployAll([{ name: 'grpc', image: imageOf('grpc'), annotations: onePodBehindActivator, container }])
  authority = hosts.grpc ?? ''
  client = clientOf(echoService)
}, 270_000)

afterAll(() => client?.close())

interface Outcome {
  readonly error: ServiceError | null
  readonly text: string | undefined
  readonly head: Metadata | undefined
  readonly trailers: Metadata | undefined
}

const one = (text: string, options: object = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    let head: Metadata | undefined
    let error: ServiceError | null = null
    let answer: string | undefined
    const metadata = new Metadata()
    metadata.set('x-own', 'kept')
    metadata.set('x-own-bin', Buffer.from([0, 255]))
    const call = client.one(text, metadata, options, (failed, value) => {
      error = failed
      answer = value
    })
    call.on('metadata', ((fields: Metadata) => (head = fields)) as never)
    call.on('status', (({ metadata: trailers }: { metadata: Metadata }) =>
      queueMicrotask(() => resolve({ error, text: answer, head, trailers }))) as never)
  })

const cancelled = async (): Promise<number> => (JSON.parse((await one('seen')).text ?? '{}') as { cancelled: number }).cancelled

const texts = (call: Call): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const heard: string[] = []
    call.on('data', ((text: string) => heard.push(text)) as never)
    call.on('error', reject as never)
    call.on('end', (() => resolve(heard)) as never)
  })

it('unary: message, metadata and trailers', async () => {
  const { error, text, head, trailers } = await one('hello')
  expect([error, text]).toEqual([null, 'HELLO'])
  expect(head?.get('x-own')).toEqual(['kept'])
  expect(head?.get('x-own-bin')).toEqual([Buffer.from([0, 255])])
  expect(trailers?.get('x-trailer')).toEqual(['late'])
})

it('an error keeps code, details and trailers', async () => {
  const { error } = await one('fail')
  expect([error?.code, error?.details, error?.metadata.get('x-reason')]).toEqual([
    status.FAILED_PRECONDITION,
    'asked to fail: é',
    ['asked to']
  ])
})

it('a method that is none is UNIMPLEMENTED', async () => {
  const other = clientOf({ one: { ...echoService.one, path: '/e2e.Echo/Nothing' } })
  const error = await new Promise<ServiceError | null>((resolve) => other.one('x', new Metadata(), {}, resolve))
  other.close()
  expect(error?.code).toBe(status.UNIMPLEMENTED)
})

it('a client that streams', async () => {
  const answer = new Promise((resolve, reject) => {
    const call = client.collect((error, text) => (error === null ? resolve(text) : reject(error)))
    for (const text of ['a', 'b', 'c']) call.write(text)
    call.end()
  })
  expect(await answer).toBe('a,b,c')
})

it('a server that streams 64 messages of 64 KiB', async () => {
  const heard = await texts(client.spread('64x65536'))
  expect(heard.map((text) => text.split(':')[0])).toEqual(Array.from({ length: 64 }, (_, n) => String(n)))
  expect(heard.every((text) => text.length >= 65_536)).toBe(true)
})

it('both talk by turns on one call', async () => {
  const call = client.talk()
  const heard: string[] = []
  call.on('data', ((text: string) => heard.push(text)) as never)
  for (const text of ['one', 'two', 'three']) {
    call.write(text)
    await until(`the answer to ${text}`, async () => heard.at(-1) === `re: ${text}`)
  }
  const ended = new Promise((resolve) => call.on('end', resolve as never))
  call.end()
  await ended
  expect(heard).toHaveLength(3)
})

it.each(['unary', 'streaming'])('a %s call that the client cancels is cancelled at the app', async (kind) => {
  const before = await cancelled()
  const failed = new Promise<ServiceError>((resolve) => {
    const call =
      kind === 'unary' ? client.one('wait', new Metadata(), {}, (error) => error !== null && resolve(error)) : client.spread('0x0')
    call.on('error', resolve as never)
    if (kind === 'streaming') call.on('data', (() => call.cancel()) as never)
    else setTimeout(() => call.cancel(), 200)
  })
  expect((await failed).code).toBe(status.CANCELLED)
  await until('the app knows', async () => (await cancelled()) > before, 10_000)
})

it('a deadline ends a call at both sides', async () => {
  const before = await cancelled()
  const { error } = await one('wait', { deadline: Date.now() + 300 })
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED)
  await until('the app knows', async () => (await cancelled()) > before, 10_000)
})
