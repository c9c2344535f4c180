import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server, type ServerOptions } from '@knative-ts/proxy'
import { selfSigned } from '@knative-ts/testing/self-signed'
import type { Answer } from './answer.ts'
import { type Lookup, Names } from './names.ts'
import { Pools } from './pools.ts'
import { Sender } from './sender.ts'
import { targetOf } from './target.ts'

const here: Lookup = (hostname, _options, done) => {
  if (hostname.endsWith('.example')) done(null, [{ address: '127.0.0.1' }])
  else done(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), [])
}

describe('what is sent to a destination', () => {
  const servers: Server[] = []
  let sender: Sender
  let pools: Pools
  beforeEach(() => {
    pools = new Pools({ idlePerAddress: 10, idleTotal: 10 })
    sender = new Sender({ pools, names: new Names(here), timeoutMs: 60_000, mostReplyBytes: 100 })
  })
  afterEach(async () => {
    sender.close()
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  const serve = async (handler: ServerOptions['handler'], tls?: ServerOptions['tls']): Promise<number> => {
    const server = createServer({ handler, ...(tls === undefined ? {} : { tls }) })
    servers.push(server)
    return (await server.listen({ port: 0, host: '127.0.0.1' })).port
  }
  const post = (url: string, caCerts = '', timeoutMs?: number): Promise<Answer> => {
    const target = targetOf({ url, caCerts })
    if ('problem' in target) throw new Error(target.problem)
    return new Promise((resolve) => sender.post(target, { fields: 'ce-id: 1\r\n', body: Buffer.from('x') }, timeoutMs, resolve))
  }

  it('goes over TLS to a name whose certificate the destination’s authorities vouch for, and to no other', async () => {
    const { cert, key } = await selfSigned('sub.example')
    const port = await serve((exchange) => void exchange.respond(202), { cert, key })
    expect(await post(`https://sub.example:${port}/a`, cert)).toMatchObject({ status: 202 })
    expect(await post(`https://other.example:${port}/a`, cert)).toMatchObject({
      status: undefined,
      problem: expect.stringContaining('not other.example')
    })
    expect(await post(`https://sub.example:${port}/a`)).toMatchObject({
      status: undefined,
      problem: expect.stringContaining('unknown authority')
    })
  })

  it('says which name does not exist, in Go’s words', async () => {
    expect(await post('http://nope.test/x')).toMatchObject({
      status: undefined,
      problem: 'Post "http://nope.test/x": dial tcp: lookup nope.test: no such host'
    })
  })

  it('ends when its time is over', async () => {
    const port = await serve((exchange) => new Promise((resolve) => exchange.onEnd(() => resolve())))
    expect(await post(`http://127.0.0.1:${port}/`, '', 100)).toMatchObject({
      status: undefined,
      problem: `Post "http://127.0.0.1:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
    })
    expect(sender.active).toBe(0)
  })

  it('keeps the beginning of an answer that is no event, and refuses an event that is too large', async () => {
    const port = await serve((exchange) => {
      const fields: Record<string, string> = exchange.request.target === '/event' ? { 'Ce-Specversion': '1.0' } : {}
      exchange.respond(exchange.request.target === '/event' ? 200 : 500, fields, 'y'.repeat(5_000))
    })
    const { status, body } = await post(`http://127.0.0.1:${port}/`)
    expect([status, body.length]).toEqual([500, 1024])
    expect(await post(`http://127.0.0.1:${port}/event`)).toMatchObject({
      status: undefined,
      problem: expect.stringContaining('larger than 100 bytes')
    })
  })

  it('keeps as many connections while nothing is sent as it was told last', async () => {
    const port = await serve((exchange) => void exchange.respond(202))
    const url = `http://127.0.0.1:${port}/`
    const target = targetOf({ url, caCerts: '' })
    if ('problem' in target) throw new Error(target.problem)
    const opened = async (): Promise<number> => {
      expect(await post(url)).toMatchObject({ status: 202 })
      return pools.of(target).counts.opened
    }
    expect([await opened(), await opened()]).toEqual([1, 1])
    sender.keepIdle({ idlePerAddress: 0, idleTotal: 10 })
    expect([await opened(), await opened()]).toEqual([2, 3])
  })

  it('follows at most ten redirects', async () => {
    let asked = 0
    const port = await serve((exchange) => {
      asked++
      exchange.respond(307, { Location: '/again' })
    })
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({
      status: undefined,
      problem: expect.stringContaining('stopped after 10 redirects')
    })
    expect(asked).toBe(11)
  })

  it.each([
    ['host.example/path', { address: 'host.example:80', path: '/path', secure: false }],
    ['https://host.example?a=b', { address: 'host.example:443', path: '/?a=b', secure: true }],
    ['http://[::1]:8080/', { address: '[::1]:8080', host: '[::1]:8080' }],
    ['ftp://host.example/', { problem: 'unsupported protocol scheme "ftp"' }],
    ['http://', { problem: 'parse "http://": not a URL' }]
  ])('%s is %j', (url, expected) => {
    expect(targetOf({ url, caCerts: '' })).toMatchObject(expected)
  })
})
