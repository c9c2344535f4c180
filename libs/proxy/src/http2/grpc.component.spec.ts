/** gRPC as others speak it (grpc-js, both sides on node:http2), through a server and a pool of ours. */
import {
  Client,
  credentials,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type ServiceError,
  status
} from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startProxy, type TestProxy } from '../testing/proxy.ts'
import { until } from '../testing/until.ts'

const same = (bytes: Buffer): Buffer => bytes
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same
})
const service = {
  unary: method('/t.T/Unary', false, false),
  collect: method('/t.T/Collect', true, false),
  count: method('/t.T/Count', false, true),
  chat: method('/t.T/Chat', true, true)
}

describe.each([1, 3])('S075 gRPC through %i of our proxies', (hops) => {
  let server: Server
  let proxies: TestProxy[]
  let proxy: TestProxy
  let client: Client
  let cancelled = 0

  beforeEach(async () => {
    cancelled = 0
    server = new Server({ 'grpc.max_receive_message_length': -1 })
    server.addService(service, {
      unary: ((call, done) => {
        const text = call.request.toString('latin1', 0, 20)
        const trailers = new Metadata()
        trailers.set('x-trailer', 'seen')
        if (text === 'fail') {
          done({ code: status.NOT_FOUND, details: 'no such thing', metadata: trailers })
          return
        }
        const head = new Metadata()
        for (const value of call.metadata.get('x-echo')) head.add('x-echoed', value)
        call.sendMetadata(head)
        if (text === 'wait') call.on('cancelled', () => cancelled++)
        else done(null, call.request, trailers)
      }) satisfies handleUnaryCall<Buffer, Buffer>,
      collect: (call: ServerReadableStream<Buffer, Buffer>, done: (error: null, answer: Buffer) => void) => {
        let total = 0
        call.on('data', (message: Buffer) => (total += message.length))
        call.on('end', () => done(null, Buffer.from(String(total))))
      },
      count: (call: ServerWritableStream<Buffer, Buffer>) => {
        const [messages = 0, size = 0] = call.request.toString().split('x').map(Number)
        let sent = 0
        const more = (): void => {
          while (sent < messages) {
            sent++
            if (!call.write(Buffer.alloc(size, sent & 0xff))) {
              call.once('drain', more)
              return
            }
          }
          call.end()
        }
        more()
      },
      chat: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on('data', (message: Buffer) => call.write(message))
        call.on('end', () => call.end())
        call.on('cancelled', () => cancelled++)
      }
    })
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error)
      )
    )
    proxies = []
    for (let hop = 0, next = port; hop < hops; hop++) {
      proxy = await startProxy(`127.0.0.1:${next}`, { forward: { protocol: 'h2c' } })
      proxies.push(proxy)
      next = proxy.port
    }
    client = new Client(`127.0.0.1:${proxy.port}`, credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 })
  })
  afterEach(async () => {
    client.close()
    for (const hop of proxies) await hop.close()
    server.forceShutdown()
  })

  const unary = (
    text: string | Buffer,
    metadata = new Metadata(),
    deadlineMs = 10_000
  ): Promise<{ error: ServiceError | null; answer: Buffer | undefined; head: Metadata; trailers: Metadata }> =>
    new Promise((resolve) => {
      let head = new Metadata()
      let trailers = new Metadata()
      let result: { error: ServiceError | null; answer: Buffer | undefined } | undefined
      const over = (): void => {
        if (result !== undefined) resolve({ ...result, head, trailers })
      }
      const options = { deadline: Date.now() + deadlineMs }
      const call = client.makeUnaryRequest(service.unary.path, same, same, Buffer.from(text), metadata, options, (error, answer) => {
        result = { error, answer }
        setImmediate(over)
      })
      call.on('metadata', (seen: Metadata) => (head = seen))
      call.on('status', (seen) => (trailers = seen.metadata))
    })

  it('S075 passes unary calls with metadata both ways', async () => {
    const metadata = new Metadata()
    metadata.add('x-echo', 'one')
    metadata.add('x-echo', 'two')
    const { error, answer, head, trailers } = await unary('hello', metadata)
    expect([error, answer?.toString()]).toEqual([null, 'hello'])
    expect([head.get('x-echoed').join(', '), trailers.get('x-trailer')]).toEqual(['one, two', ['seen']])
  })

  it('S075 passes statuses without messages, with their details and trailers', async () => {
    const { error } = await unary('fail')
    expect(error).toMatchObject({ code: status.NOT_FOUND, details: 'no such thing' })
    expect(error?.metadata.get('x-trailer')).toEqual(['seen'])
    expect(await proxy.outcome(0)).toEqual({ kind: 'completed', status: 200 })
  })

  it('S075 passes an unknown method as UNIMPLEMENTED', async () => {
    const error = await new Promise((resolve) =>
      client.makeUnaryRequest('/t.T/Nothing', same, same, Buffer.from('x'), (failure) => resolve(failure))
    )
    expect(error).toMatchObject({ code: status.UNIMPLEMENTED })
  })

  it('S075 passes messages that are larger than any window', async () => {
    const large = Buffer.alloc(6 * 1024 * 1024, 'gRPC')
    const { error, answer } = await unary(large)
    expect([error, answer?.equals(large)]).toEqual([null, true])
  })

  it('S075 passes many calls at once over one connection', async () => {
    const replies = await Promise.all(Array.from({ length: 200 }, (_, index) => unary(`call ${index}`)))
    expect(replies.map(({ answer }) => answer?.toString())).toEqual(Array.from({ length: 200 }, (_, index) => `call ${index}`))
  })

  it('S075 passes client streams', async () => {
    const total = await new Promise<string>((resolve, reject) => {
      const call = client.makeClientStreamRequest(service.collect.path, same, same, (error, answer?: Buffer) =>
        error === null ? resolve(String(answer)) : reject(error)
      )
      for (let count = 0; count < 100; count++) call.write(Buffer.alloc(30_000))
      call.end()
    })
    expect(total).toBe('3000000')
  })

  it('S075 passes server streams, at the pace of the client', async () => {
    const call = client.makeServerStreamRequest(service.count.path, same, same, Buffer.from('500x20000'))
    let messages = 0
    let wrong = 0
    for await (const message of call) {
      messages++
      if ((message as Buffer).length !== 20_000 || (message as Buffer)[0] !== (messages & 0xff)) wrong++
    }
    expect([messages, wrong]).toEqual([500, 0])
  })

  it('S075 passes messages of both directions as they come', async () => {
    const call = client.makeBidiStreamRequest(service.chat.path, same, same)
    const got: string[] = []
    call.on('data', (message: Buffer) => got.push(message.toString()))
    const ended = new Promise((resolve) => call.on('status', resolve))
    for (let round = 0; round < 20; round++) {
      call.write(Buffer.from(`round ${round}`))
      await until(() => got.length === round + 1, `round ${round}`)
    }
    call.end()
    expect(await ended).toMatchObject({ code: status.OK })
    expect(got.at(-1)).toBe('round 19')
  })

  it('S075 cancels what the client cancels', async () => {
    const call = client.makeBidiStreamRequest(service.chat.path, same, same)
    call.on('error', () => {})
    await new Promise((resolve) => {
      call.once('data', resolve)
      call.write(Buffer.from('first'))
    })
    call.cancel()
    await until(() => cancelled === 1, 'the server to see the cancellation')
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
  })

  it('S075 cancels at the deadline of the client', async () => {
    const { error } = await unary('wait', new Metadata(), 200)
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED)
    await until(() => cancelled === 1, 'the server to see the cancellation')
  })

  it('S075 lets the client see that the server went away in the middle', async () => {
    const call = client.makeBidiStreamRequest(service.chat.path, same, same)
    const failed = new Promise<ServiceError>((resolve) => call.on('error', (error) => resolve(error as ServiceError)))
    await new Promise((resolve) => {
      call.once('data', resolve)
      call.write(Buffer.from('first'))
    })
    server.forceShutdown()
    expect([status.INTERNAL, status.UNAVAILABLE, status.CANCELLED, status.UNKNOWN]).toContain((await failed).code)
  })
})
