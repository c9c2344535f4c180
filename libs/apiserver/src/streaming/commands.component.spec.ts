import { describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { SpdyTestClient } from './spdy-test-client.ts'
import { streamsOfSuite, path } from './streams.fixture.ts'

const suite = streamsOfSuite()

const query = (words: string, options: string): string =>
  `${path}/exec?${words
    .split(' ')
    .map((word) => `command=${word}`)
    .join('&')}&${options}`

describe('commands in pods', () => {
  it('run a command over SPDY, in streams that the client opens', async () => {
    const { client, version } = await suite.upgrade(query('3 words', 'stdin=true&stdout=true&stderr=true'), [
      'v5.channel.k8s.io',
      'v4.channel.k8s.io'
    ])
    expect(version).toBe('v4.channel.k8s.io')
    const open = (streamtype: string) => (client as SpdyTestClient).open({ streamtype })
    const [error, stdin, stdout, stderr] = [open('error'), open('stdin'), open('stdout'), open('stderr')]
    client?.send(stdin, 'through')
    client?.send(stdin, ' the wire', true)
    await eventually(() => client?.over)
    expect([stdout.text, stderr.text]).toEqual(['through the wire', '3 words;'])
    expect(JSON.parse(error.text)).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: error executing command [3 words], exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] }
    })
  })

  it('tell failures in words in the old versions, and success not at all', async () => {
    const results = []
    for (const words of ['fail', '0', '2']) {
      const { client } = await suite.upgrade(query(words, 'stdout=true'), ['v2.channel.k8s.io'])
      const error = (client as SpdyTestClient).open({ streamtype: 'error' })
      client?.open({ streamtype: 'stdout' })
      await eventually(() => client?.over)
      results.push(error.text)
    }
    expect(results).toEqual([
      'Internal error occurred: error executing command in container: no such program',
      '',
      'command terminated with non-zero exit code: error executing command [2], exit code 2'
    ])
  })

  it.each([
    [['v9.channel.k8s.io'], 403, 'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts ['],
    [[], 400, 'unable to upgrade: X-Stream-Protocol-Version is required']
  ])('are refused in versions that nobody speaks: %j', async (versions, status, text) => {
    expect(await suite.upgrade(query('0', 'stdout=true'), versions)).toEqual({ status, text: expect.stringContaining(text) })
  })

  it('are refused where nothing runs: before the upgrade, or inside for the protocol that the API server ends', async () => {
    suite.running = false
    try {
      const target = query('0', 'stdout=true')
      expect(await suite.upgrade(target, ['v4.channel.k8s.io'])).toEqual({ status: 500, text: 'container not found ("main")\n' })
      const { channels, closed } = await suite.webSocket(target, 'v5.channel.k8s.io')
      await closed
      expect(JSON.parse(channels.get(3) ?? '')).toMatchObject({
        reason: 'InternalError',
        code: 500,
        message: 'Internal error occurred: unable to upgrade connection: container not found ("main")'
      })
    } finally {
      suite.running = true
    }
    expect((await suite.ask('GET', query('0', 'stdout=true'))).json).toMatchObject({ code: 400, message: 'Upgrade request required' })
    expect(await suite.upgrade(query('0', ''), ['v4.channel.k8s.io'])).toMatchObject({
      status: 400,
      text: 'you must specify at least 1 of stdin, stdout, stderr\n'
    })
  })

  it('run a command over WebSocket: input that ends, sizes of the terminal, the exit code', async () => {
    const { socket, channels, closed } = await suite.webSocket(query('4', 'stdin=true&stdout=true&tty=true'), 'v5.channel.k8s.io')
    socket.send(Buffer.concat([Buffer.from([4]), Buffer.from('{"Width":132,"Height":43}')]))
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from('typed')]))
    await eventually(() => suite.seen.at(-1)?.sizes.includes('132x43'))
    socket.send(Buffer.from([255, 0]))
    await closed
    expect(channels.get(1)).toBe('typed')
    expect(JSON.parse(channels.get(3) ?? '')).toMatchObject({
      message: 'command terminated with non-zero exit code: command terminated with exit code 4'
    })
  })

  it('run a command in base64', async () => {
    const { socket, channels, closed } = await suite.webSocket(query('0', 'stdout=true&stderr=true'), 'base64.channel.k8s.io')
    await eventually(() => channels.get(2) === '0;')
    socket.close()
    await closed
    expect(channels.get(3)).toBeUndefined()
  })

  it.each(['websocket', 'spdy'])('end a command whose client has gone (%s)', async (transport) => {
    const target = query('0', 'stdin=true&stdout=true')
    const before = suite.seen.length
    if (transport === 'websocket') {
      const { socket } = await suite.webSocket(target, 'v5.channel.k8s.io')
      await eventually(() => suite.seen.length > before)
      socket.terminate()
    } else {
      const { client } = await suite.upgrade(target, ['v4.channel.k8s.io'])
      for (const streamtype of ['error', 'stdin', 'stdout']) client?.open({ streamtype })
      await eventually(() => suite.seen.length > before)
      client?.close()
    }
    await eventually(() => suite.seen.at(-1)?.aborted)
    expect(suite.seen).toHaveLength(before + 1)
  })

  it('join a running container', async () => {
    const { channels, closed } = await suite.webSocket(`${path}/attach?stdout=true`, 'v5.channel.k8s.io')
    await closed
    expect([channels.get(1), channels.get(3)]).toEqual(['joined', '{"metadata":{},"status":"Success"}'])
  })
})

it.each([
  ['sinceTime=x', 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
  ['sinceTime=2020-01-01', 400, 'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
  ['container=zz', 400, 'container zz is not valid for pod web'],
  ['timestamps=maybe', 200, 'line\n'],
  ['timestamps=FALSE', 200, 'line\n']
])('logs take their options as Kubernetes does: %s', async (options, status, message) => {
  const answer = await suite.ask('GET', `${path}/log?${options}`)
  expect([answer.status, status === 200 ? answer.text : answer.json.message]).toEqual([status, message])
})
