import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { parseImageReference, registryAccess, RegistryClient, type ImageReference, Keychain } from '@knative-ts/registry'
import { openRegistryEgress, type RegistryEgress } from './registry-egress.ts'

const digest = `sha256:${'a'.repeat(64)}`
const direct = { http: '', https: '', none: '' }

describe('the controller’s way to registries', () => {
  let directory: string
  let host: string
  let egress: RegistryEgress | undefined
  const registry = createServer((_, response) => response.setHeader('docker-content-digest', digest).end())
  const closers: (() => Promise<unknown>)[] = []

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'egress-'))
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
    host = `localhost:${(registry.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
    await egress?.close()
    registry.closeAllConnections()
    await new Promise((resolve) => registry.close(resolve))
    rmSync(directory, { recursive: true })
  })

  const open = async (proxies = direct): Promise<string> => {
    egress = await openRegistryEgress({ address: '127.0.0.1', port: 0, file: join(directory, 'data/egress'), proxies })
    return egress.url
  }
  const ask = async (url: string, image = `${host}/app`): Promise<string> => {
    const client = new RegistryClient(registryAccess({ REGISTRY_PROXY: url }))
    closers.push(() => client.close())
    const repository = client.open(parseImageReference(image) as ImageReference, { keychain: Keychain.empty, userAgent: 'test' })
    return repository.digest(AbortSignal.timeout(20_000))
  }

  it('leads to registries of this machine, for who has the password', async () => {
    const url = await open()
    expect(await ask(url)).toBe(digest)
    await expect(ask(url.replace(/:[0-9a-f]+@/, ':guessed@'))).rejects.toThrow(
      /the proxy on the way to localhost:\d+ does not take its name and password/
    )
    await expect(ask(url.replace(/controller:[0-9a-f]+@/, ''))).rejects.toThrow('does not take its name and password')
  })

  it('has the same password at the next start, in a file of its owner’s alone', async () => {
    const first = new URL(await open()).password
    expect(statSync(join(directory, 'data/egress')).mode & 0o777).toBe(0o600)
    await egress?.close()
    expect(new URL(await open()).password).toBe(first)
  })

  it('says that a registry is not there', async () => {
    await expect(ask(await open(), 'localhost:1/app')).rejects.toThrow(
      'the proxy on the way found that localhost:1 refuses connections: see that the registry runs'
    )
  })

  it('goes by way of this machine’s own proxy', async () => {
    const seen: string[] = []
    const sockets: Duplex[] = []
    const proxy = createServer()
    proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
      const out = connect(Number(host.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        out.pipe(socket).pipe(out)
      })
      sockets.push(socket, out)
      for (const each of [socket, out]) each.on('error', () => each.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    closers.push(() => {
      for (const each of sockets) each.destroy()
      return new Promise((resolve) => proxy.close(resolve))
    })
    const address = `http://p:x@127.0.0.1:${(proxy.address() as AddressInfo).port}`
    expect(await ask(await open({ http: '', https: address, none: '' }), 'registry.local:5000/app')).toBe(digest)
    expect(seen.at(-1)).toBe(`registry.local:5000 Basic ${Buffer.from('p:x').toString('base64')}`)
  })

  it('is taken elsewhere where its port is taken', async () => {
    const taken = (registry.address() as AddressInfo).port
    egress = await openRegistryEgress({ address: '127.0.0.1', port: taken, file: join(directory, 'egress'), proxies: direct })
    expect(new URL(egress.url).port).not.toBe(String(taken))
    expect(await ask(egress.url)).toBe(digest)
  })
})
