import { afterEach, describe, expect, it } from '@jest/globals'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { acceptWires, shareReads } from './accept.ts'
import { sharedRead } from './buffers.ts'
import type { SocketWire } from './socket-wire.ts'

describe.each([['data events', false] as const, ['shared reads', true] as const])('a wire with %s', (_, shared) => {
  const open: (Server | Socket)[] = []
  afterEach(() => {
    for (const one of open.splice(0))
      if ('close' in one) one.close()
      else one.destroy()
  })

  /** A connected pair: our wire, and a plain socket that is not read before it is resumed. */
  const pair = async (): Promise<{ wire: SocketWire; peer: Socket; received: Buffer[]; sharing: boolean; happened: string[] }> => {
    const server = createServer({ allowHalfOpen: true })
    open.push(server)
    const received: Buffer[] = []
    const happened: string[] = []
    let sharing = false
    const accepted = Promise.withResolvers<SocketWire>()
    const accept = (wire: SocketWire): void => {
      open.push(wire.socket)
      wire.owner = {
        received: (bytes, from, to) => {
          sharing = bytes === sharedRead
          received.push(Buffer.from(bytes.subarray(from, to)))
        },
        inputEnded: () => void happened.push('input ended'),
        drained: () => void happened.push('drained'),
        closed: () => void happened.push('closed')
      }
      accepted.resolve(wire)
    }
    acceptWires(server, accept)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    if (shared) expect(await shareReads(server, accept)).toBe(true)
    const peer = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    open.push(peer)
    const wire = await accepted.promise
    return {
      wire,
      peer,
      received,
      happened,
      get sharing() {
        return sharing
      }
    }
  }
  const until = async (condition: () => boolean): Promise<void> => {
    for (const end = Date.now() + 60_000; !condition();) {
      if (Date.now() > end) throw new Error('waited in vain')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  it('reads, writes in one piece a turn, and ends', async () => {
    const link = await pair()
    link.peer.write('ping')
    await until(() => link.received.length > 0)
    expect([Buffer.concat(link.received).toString(), link.sharing]).toEqual(['ping', shared])
    const answered: string[] = []
    link.peer.on('data', (bytes) => answered.push(bytes.toString()))
    link.wire.writeText('pong')
    link.wire.write(Buffer.from('!?'), 0, 1)
    link.peer.end()
    await until(() => link.happened.includes('input ended'))
    link.wire.end()
    await until(() => link.happened.includes('closed'))
    expect(answered.join('')).toBe('pong!')
  })

  it('keeps written bytes apart from their source, however slowly the other side reads', async () => {
    const { wire, peer, happened } = await pair()
    peer.pause()
    const scratch = Buffer.alloc(100_000)
    let sent = 0
    for (; sent < 400 && !wire.congested; sent++) {
      scratch.fill(sent % 251)
      wire.write(scratch)
    }
    expect(wire.congested).toBe(true)
    // Writes while congested are kept too.
    scratch.fill(sent++ % 251)
    wire.write(scratch)
    let got = 0
    const arrived: Buffer[] = []
    peer.on('data', (bytes: Buffer) => {
      got += bytes.length
      arrived.push(bytes)
    })
    peer.resume()
    await until(() => got >= sent * scratch.length)
    // In one comparison: to look at millions of bytes one by one takes seconds.
    expect(
      Buffer.concat(arrived).equals(Buffer.concat(Array.from({ length: sent }, (_, n) => Buffer.alloc(scratch.length, n % 251))))
    ).toBe(true)
    await until(() => happened.includes('drained'))
    expect(wire.congested).toBe(false)
  })

  it('hands a long body on from where it was read, intact', async () => {
    const from = await pair()
    const to = await pair()
    to.peer.pause()
    from.wire.bulk = true
    from.wire.owner = {
      ...from.wire.owner,
      received: (bytes, start, end) => {
        to.wire.write(bytes, start, end)
        if (to.wire.congested) from.wire.pause()
      }
    }
    to.wire.owner = { ...to.wire.owner, drained: () => from.wire.resume() }
    const total = 16 * 1024 * 1024
    const body = Buffer.alloc(total, 'abcdefghijklmnopqrstuvwxyz0123456789!')
    from.peer.write(body)
    const parts: Buffer[] = []
    let got = 0
    to.peer.on('data', (bytes: Buffer) => {
      parts.push(bytes)
      got += bytes.length
    })
    to.peer.resume()
    await until(() => got >= total)
    expect(Buffer.concat(parts).equals(body)).toBe(true)
  })

  it('says once that it closed, whoever closed it', async () => {
    const link = await pair()
    link.peer.resetAndDestroy()
    await until(() => link.happened.includes('closed'))
    expect([link.happened.filter((what) => what === 'closed').length, link.wire.destroyed]).toEqual([1, true])
    link.wire.writeText('late')
    link.wire.destroy()
  })

  it('takes whatever is done to it after its end', async () => {
    const link = await pair()
    let text = ''
    link.peer.on('data', (bytes: Buffer) => (text += bytes.toString()))
    link.wire.writeText('last')
    link.wire.end()
    link.wire.writeText('too late')
    link.wire.flush()
    link.wire.end()
    await until(() => text === 'last' && link.peer.readableEnded)
    link.wire.destroy()
    link.wire.destroy()
    link.wire.write(Buffer.alloc(200_000))
    link.wire.pause()
    link.wire.resume()
    link.wire.end()
    await until(() => link.happened.includes('closed'))
    link.wire.writeText('much too late')
    link.wire.flush()
    expect(text).toBe('last')
    expect(link.happened.filter((what) => what === 'closed')).toHaveLength(1)
  })

  it('has no error without somebody who is told of it', async () => {
    const link = await pair()
    link.peer.on('error', () => {})
    link.peer.resetAndDestroy()
    for (let times = 0; times < 100 && !link.wire.destroyed; times++) {
      link.wire.write(Buffer.alloc(100_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => link.happened.includes('closed'))
  })
})
