/** A gateway's parts with real sockets on all sides: a fake controller, fake backends. Long, because one set-up serves all that a gateway promises. */
import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { channels, createServer, createUpstreamPool, type Server, type UpstreamPool } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { eventually, keptLog, steadyLoad } from '@knative-ts/testing'
import { dataPath } from './data-path.ts'
import { UpstreamPicker } from './forwarding/upstream-picker.ts'
import { WaitingRoom } from './forwarding/waiting-room.ts'
import { RoutingStream } from './routing/routing-stream.ts'
import { RoutingTable, type Side } from './routing/routing-table.ts'
import { GatewayMetrics } from './telemetry/gateway-metrics.ts'
import { DeafAddress } from './testing/deaf-address.ts'
import { FakeBackend } from './testing/fake-backend.ts'
import { FakeController } from './testing/fake-controller.ts'
import { backendOf, routesOf } from './testing/routes.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

describe('a gateway', () => {
  let controller: FakeController
  let table: RoutingTable
  let room: WaitingRoom
  let upstreams: UpstreamPool
  let stream: RoutingStream
  let following: Promise<void>
  let agent: Agent
  const servers: Server[] = []
  const ports = { public: 0, internal: 0 }
  const backends: FakeBackend[] = []
  const log = keptLog()

  beforeEach(async () => {
    controller = await new FakeController().open()
    table = new RoutingTable()
    room = new WaitingRoom({ totalBytes: 300_000, backendBytes: 200_000, backendRequests: 100 })
    upstreams = createUpstreamPool()
    agent = new Agent({ keepAlive: true })
    for (const side of ['public', 'internal'] satisfies Side[]) {
      const handler = dataPath({
        side,
        table,
        backends: table.backends,
        upstreams,
        picker: new UpstreamPicker(Math.random),
        waiting: room,
        patienceMs: 2_000,
        tracing: { tracer: undefined },
        metrics: new GatewayMetrics(),
        unready: () => (table.isComplete ? undefined : 'no table'),
        random: Math.random,
        hasCertificate: () => false,
        httpsPort: 443
      })
      const server = createServer({ handler })
      servers.push(server)
      ports[side] = (await server.listen({ host: '127.0.0.1', port: 0 })).port
    }
    stream = new RoutingStream({
      address: controller.address,
      gateway: 'gateway-1',
      ownAddress: '10.88.0.7',
      token: () => Promise.resolve('my token'),
      apply: async (update) => {
        for (const address of table.apply(update)) upstreams.drop(address)
      },
      log: log as unknown as Log
    })
  })
  afterEach(async () => {
    stream.stop()
    await following
    agent.destroy()
    for (const server of servers.splice(0)) await server.close()
    upstreams.close()
    for (const one of backends.splice(0)) one.kill()
    await controller.close()
  })

  const backend = async (name: string): Promise<FakeBackend> => {
    const one = await new FakeBackend(name).open()
    backends.push(one)
    return one
  }
  /** Follows a table that leads from a.test to these backends. */
  const follow = async (to: readonly FakeBackend[], routes = routesOf('a.test')): Promise<void> => {
    controller.table = { ingresses: [routes], backends: [backendOf(to.map(({ address }) => address))] }
    following = stream.run()
    await table.completed()
  }
  const ask = (
    headers: OutgoingHttpHeaders = {},
    { side = 'public' as Side, path = '/', method = 'GET', body = '' } = {}
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: ports[side], path, method, headers: { Host: 'a.test', ...headers }, agent }
      const request = httpRequest(options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body === '' ? undefined : body)
    })
  const statuses = (answers: readonly Answer[]): number[] => [...new Set(answers.map(({ status }) => status))]

  describe('routes', () => {
    it('a request to the backend of its host, with the headers of the route and none that a client forged', async () => {
      const one = await backend('one')
      const appendHeaders = { 'Knative-Serving-Revision': 'hello-00001', 'Knative-Serving-Namespace': 'default' }
      await follow([one], routesOf('a.test', { paths: [{ splits: [{ appendHeaders }] }] }))
      const forged = { 'knative-serving-revision': 'other', 'K-Original-Host': 'x', 'K-Proxy-Request': 'activator', 'X-Mine': 'stays' }
      expect(await ask({ ...forged, Host: 'A.Test:8080' }, { path: '/p?q=1' })).toMatchObject({ status: 200, body: 'one' })
      expect(one.seen[0]?.url).toBe('/p?q=1')
      expect(one.seen[0]?.headers).toEqual({
        host: 'A.Test:8080',
        'x-mine': 'stays',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'A.Test:8080',
        'knative-serving-revision': 'hello-00001',
        'knative-serving-namespace': 'default'
      })
    })

    it.each([
      ['HTTP/1.1', false],
      ['h2c', true]
    ])('each with its own values of the headers that all set, over %s', async (_protocol, h2c) => {
      const one = h2c ? await new FakeBackend('one', true).open() : await backend('one')
      if (h2c) backends.push(one)
      const revision = (name: string) => ({ paths: [{ splits: [{ appendHeaders: { 'Knative-Serving-Revision': name, 'X-Of': name } }] }] })
      controller.table = {
        ingresses: ['a', 'b', 'c'].map((name) => routesOf(`${name}.test`, { key: `default/${name}`, ...revision(name) })),
        backends: [backendOf([one.address], { h2c })]
      }
      following = stream.run()
      await table.completed()
      for (const name of ['a', 'b', 'c', 'a']) await ask({ Host: `${name}.test` })
      expect(one.seen.map(({ headers }) => [headers['knative-serving-revision'], headers['x-of']])).toEqual([
        ['a', 'a'],
        ['b', 'b'],
        ['c', 'c'],
        ['a', 'a']
      ])
    })

    it('with a host of its own where the route says so', async () => {
      const one = await backend('one')
      await follow([one], routesOf('a.test', { paths: [{ rewriteHost: 'b.default.svc.cluster.local' }] }))
      await ask()
      expect(one.seen[0]?.headers.host).toBe('b.default.svc.cluster.local')
    })

    it.each([
      ['an unknown host', { Host: 'b.test' }, {}, 404, 'no route leads from host "b.test"\n'],
      ['a path that no rule has', {}, { path: '/other' }, 404, 'no route of host "a.test" fits this path and these headers\n'],
      ['a public host on the internal listener', {}, { side: 'internal' as const }, 404, 'no route leads from host "a.test"\n']
    ])('%s nowhere', async (_what, headers, how, status, body) => {
      await follow([await backend('one')], routesOf('a.test', { paths: [{ path: '/api' }] }))
      expect(await ask(headers, how)).toMatchObject({ status, body })
    })

    it('plain HTTP to https where the route says so', async () => {
      await follow([await backend('one')], routesOf('a.test', { httpOption: 'Redirected' }))
      const answer = await ask({ Host: 'a.test:8080' }, { path: '/p?q=1' })
      expect([answer.status, answer.headers.location]).toEqual([301, 'https://a.test/p?q=1'])
    })

    it('nothing of a kubelet that asks by address, and a user’s own request with its agent to the user', async () => {
      await follow([await backend('one')])
      const agentOfKubelet = { 'User-Agent': 'kube-probe/1.34' }
      expect(await ask({ ...agentOfKubelet, Host: '10.88.0.7:8080' })).toMatchObject({ status: 200, body: 'ok' })
      expect(await ask(agentOfKubelet)).toMatchObject({ status: 200, body: 'one' })
    })

    it.each([
      ['with the version that is served where it asks for it', { 'K-Network-Hash': 'override' }, 'v1'],
      ['with the hash that it names itself', { 'K-Network-Hash': 'abc' }, 'abc'],
      ['without a hash where it names none', {}, undefined]
    ])('a prober to the backend, %s', async (_what, hash, expected) => {
      const one = await backend('one')
      await follow([one])
      expect(await ask({ 'K-Network-Probe': 'probe', ...hash })).toMatchObject({ status: 200, body: 'one' })
      expect(one.seen.at(-1)?.headers).toMatchObject({ 'k-network-probe': 'probe' })
      expect(one.seen.at(-1)?.headers['k-network-hash']).toBe(expected)
    })

    it('a request that is no probe without the words of one', async () => {
      const one = await backend('one')
      await follow([one])
      await ask({ 'K-Network-Probe': 'queue', 'K-Network-Hash': 'override' })
      const headers = one.seen.at(-1)?.headers
      expect([headers?.host, headers?.['k-network-probe'], headers?.['k-network-hash']]).toEqual(['a.test', undefined, undefined])
    })
  })

  describe('follows', () => {
    it('its controller, reports what it serves, and applies differences', async () => {
      const [one, two] = [await backend('one'), await backend('two')]
      await follow([one])
      await eventually(() => controller.reports.some(({ appliedSequence }) => appliedSequence === 1))
      expect(controller.tokens).toEqual(['my token'])
      expect(controller.reports[0]).toEqual({ gateway: 'gateway-1', address: '10.88.0.7', appliedSequence: 0 })
      expect((await ask()).body).toBe('one')
      const sequence = controller.send({ backends: [backendOf([two.address])] })
      await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
      expect((await ask()).body).toBe('two')
      controller.send({ removedIngresses: ['default/hello'] })
      await eventually(async () => (await ask()).status === 404)
    })

    it('a table in parts, and reports it when the last one has come', async () => {
      const one = await backend('one')
      await follow([one])
      await eventually(() => controller.reports.at(-1)?.appliedSequence === 1)
      controller.sendParts([{ backends: [backendOf([one.address])] }, { ingresses: [routesOf('b.test')] }])
      await eventually(() => controller.reports.at(-1)?.appliedSequence === 2)
      expect(controller.reports.filter(({ appliedSequence }) => appliedSequence === 2)).toHaveLength(1)
      expect([(await ask()).status, (await ask({ Host: 'b.test' })).body]).toEqual([404, 'one'])
    })

    it('none for a while and serves what it knows, then the next one’s whole table', async () => {
      const [one, two] = [await backend('one'), await backend('two')]
      await follow([one])
      await controller.close()
      await eventually(() => !stream.connected)
      expect((await ask()).body).toBe('one')
      controller.table = { ingresses: [routesOf('c.test')], backends: [backendOf([two.address])] }
      await controller.open()
      await eventually(() => stream.connected)
      expect([(await ask()).status, (await ask({ Host: 'c.test' })).body]).toEqual([404, 'two'])
    })
  })

  describe('loses nothing', () => {
    it('when a backend refuses: another one is asked', async () => {
      const [gone, stays] = [await backend('gone'), await backend('stays')]
      await follow([gone, stays])
      gone.kill()
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask({}, { method: 'POST', body: 'order' })))
      expect([...new Set(answers.map(({ status, body }) => `${status} ${body}`))]).toEqual(['200 stays'])
    })

    it('when an address swallows connects, as a machine without power does: another one is asked soon', async () => {
      const deaf = await DeafAddress.open()
      const stays = await backend('stays')
      controller.table = { ingresses: [routesOf('a.test')], backends: [backendOf([deaf.address, stays.address])] }
      following = stream.run()
      await table.completed()
      // The kernel would go on for two minutes.
      const began = performance.now()
      const answers = await Promise.all(Array.from({ length: 4 }, () => ask({}, { method: 'POST', body: 'order' })))
      expect([...new Set(answers.map(({ status, body }) => `${status} ${body}`))]).toEqual(['200 stays'])
      expect(performance.now() - began).toBeLessThan(60_000)
      await deaf.close()
    })

    it('when all refuse: requests wait until one is back', async () => {
      const one = await backend('one')
      await follow([one])
      one.kill()
      const refused: unknown[] = []
      const keep = (failure: unknown): void => void refused.push(failure)
      channels.upstreamFailed.subscribe(keep)
      const answer = ask({}, { method: 'POST', body: 'order' })
      await eventually(() => refused.length > 2)
      channels.upstreamFailed.unsubscribe(keep)
      await one.open()
      expect(await answer).toMatchObject({ status: 200, body: 'one' })
    })

    it('when there is no address yet: requests wait for the table to have one', async () => {
      await follow([])
      const answer = ask()
      const one = await backend('one')
      controller.send({ backends: [backendOf([one.address])] })
      expect((await answer).body).toBe('one')
    })

    it('idempotent when a backend is killed under 50 connections', async () => {
      const all = [await backend('one'), await backend('two'), await backend('three')]
      await follow(all)
      const load = steadyLoad(50, () => ask())
      await eventually(() => load.answers.length > 500)
      all[1]?.kill()
      const then = load.answers.length
      await eventually(() => load.answers.length > then + 1_000)
      expect(statuses(await load.stop())).toEqual([200])
    })
  })

  describe('gives up', () => {
    it('with 503 when no address comes in time', async () => {
      await follow([])
      expect(await ask()).toMatchObject({ status: 503, body: 'no address is ready behind default/hello:80\n' })
    })

    it('with 503 on what is more than may wait', async () => {
      await follow([])
      const others = room.accountOf(table.backends.use('default/hello:80')).take(200_000, () => undefined)
      const refused = await ask()
      expect(refused).toMatchObject({ status: 503, body: 'too many requests wait for a backend that does not answer\n' })
      expect(refused.headers['retry-after']).toBe('1')
      others?.release()
      const answer = ask()
      controller.send({ backends: [backendOf([(await backend('one')).address])] })
      expect((await answer).body).toBe('one')
      await eventually(() => room.used === 0)
    })

    it('with 502 on a request that may have been carried out', async () => {
      const one = await backend('one')
      one.answer = (request) => void request.socket.resetAndDestroy()
      await follow([one])
      expect((await ask({}, { method: 'POST', body: 'order' })).status).toBe(502)
      expect(one.seen).toHaveLength(1)
    })

    it('with 502 on a request that kills every backend, before it has killed many', async () => {
      const one = await backend('one')
      one.answer = (request) => void request.socket.resetAndDestroy()
      await follow([one])
      expect((await ask()).status).toBe(502)
      expect(one.seen).toHaveLength(4)
    })
  })
})
