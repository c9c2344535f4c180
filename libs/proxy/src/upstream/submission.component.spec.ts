import { afterEach, describe, expect, it } from '@jest/globals'
import { RawUpstream, type UpstreamPeer } from '../testing/raw-upstream.ts'
import { until } from '../testing/until.ts'
import type { UpstreamError } from './outcome.ts'
import { fieldLine, type Submission } from './submission.ts'
import { createUpstreamPool } from './upstream-pool.ts'
import type { UpstreamPool } from './upstreams.ts'

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Told: yes\r\n\r\n'

describe('a submission', () => {
  let upstream: RawUpstream
  let pool: UpstreamPool
  const open = async (onBytes: (peer: UpstreamPeer) => void): Promise<void> => {
    upstream = await RawUpstream.start(onBytes)
    pool = createUpstreamPool()
  }
  afterEach(async () => {
    pool?.close()
    await upstream?.close()
  })

  /** What is heard, in order. */
  const submit = (over: Partial<Submission> = {}, address = upstream.address) => {
    const heard: string[] = []
    let error: UpstreamError | undefined
    const submission: Submission = {
      method: 'POST',
      target: '/a?b',
      host: 'host.example',
      fields: fieldLine('X-One', '1') + fieldLine('X-Two', 'zwei'),
      body: Buffer.from('body'),
      ...over
    }
    const submitted = pool.submit(address, submission, {
      head: (status, headers, length) => heard.push(`${status} ${headers.get('x-told')} ${length}`),
      chunk: (bytes) => heard.push(Buffer.from(bytes).toString()),
      end: () => heard.push('end'),
      fail: (failure) => {
        error = failure
        heard.push(failure.code)
      }
    })
    return { heard, submitted, message: () => error?.message }
  }
  const answering = (text: string) => (peer: UpstreamPeer) => {
    if (!peer.received.endsWith('body')) return
    peer.received += '|'
    peer.send(text)
  }

  it('is sent whole, and its answer is heard; the next one goes by the same connection', async () => {
    await open(answering(accepted))
    const one = submit()
    await until(() => one.heard.includes('end'), 'the end')
    expect(one.heard).toEqual(['202 yes 0', 'end'])
    const two = submit()
    await until(() => two.heard.includes('end'), 'the second end')
    expect(upstream.connections).toHaveLength(1)
    const whole = 'POST /a?b HTTP/1.1\r\nHost: host.example\r\nContent-Length: 4\r\nX-One: 1\r\nX-Two: zwei\r\n\r\nbody|'
    expect(upstream.connections[0]?.received).toBe(whole + whole)
  })

  it('without a body has no length', async () => {
    await open((peer) => void (peer.received.endsWith('\r\n\r\n') && peer.send(accepted)))
    const one = submit({ method: 'GET', body: undefined })
    await until(() => one.heard.includes('end'), 'the end')
    expect(upstream.connections[0]?.received).not.toContain('Content-Length')
  })

  it('hears a body in its pieces, framed by chunks too', async () => {
    await open(answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'))
    const one = submit()
    await until(() => one.heard.includes('end'), 'the end')
    expect(one.heard).toEqual(['200 undefined -1', 'abc', 'de', 'end'])
  })

  it.each<[string, Submission['stale'], number, number]>([
    ['is sent once more when a kept connection was closed under it, and not a third time', undefined, 3, 2],
    ['is not sent again where its sender counts', 'fail', 2, 1],
    ['goes by a connection of its own where it asks for that', 'fresh', 2, 2]
  ])('%s', async (_, stale, wanted, connections) => {
    let requests = 0
    await open((peer) => {
      if (!peer.received.endsWith('body')) return
      peer.received += '|'
      if (++requests === 1) peer.send(accepted)
      else peer.socket.destroy()
    })
    const one = submit()
    await until(() => one.heard.includes('end'), 'the end')
    const two = submit(stale === undefined ? {} : { stale })
    await until(() => two.heard.length > 0, 'the failure')
    expect([requests, upstream.connections.length]).toEqual([wanted, connections])
    expect(two.heard[0]).toMatch(/^(closed|reset)$/)
  })

  it('fails with what Go would say when nobody listens', async () => {
    await open(() => undefined)
    const one = submit({}, '127.0.0.1:1')
    await until(() => one.heard.length > 0, 'the failure')
    expect(one.heard).toEqual(['refused'])
    expect(one.message()).toBe('dial tcp 127.0.0.1:1: connect: connection refused')
  })

  it('that is given up hears nothing more, and its connection is not used again', async () => {
    await open(() => undefined)
    const one = submit()
    const peer = await upstream.peer(0)
    await until(() => peer.received.endsWith('body'), 'the request')
    one.submitted.abort()
    await until(() => peer.ended, 'the connection to go')
    expect(one.heard).toEqual([])
    const early = submit()
    early.submitted.abort()
    await until(() => pool.counts.busy === 0, 'nothing to be under way')
    expect(early.heard).toEqual([])
  })

  it.each(['a\r\nb', 'a\nb', 'a\0b', '€'])('takes no line with %j', (value) => {
    expect(() => fieldLine('X', value)).toThrow('header X: value must not contain CR, LF, NUL or characters beyond U+00FF')
  })
})
