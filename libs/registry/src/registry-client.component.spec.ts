/**
 * The client against registries that a test makes; docker-registry itself is asked in e2e/images-oci.
 * Long, because it is one list of what registries answer, all over one registry of the test's own.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTo } from 'node:net'
import { createServer, type IncomingMessage, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from '@jest/globals'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { Keychain } from './keychain.ts'
import { registryAccess } from './registry-access.ts'
import type { RegistryError } from './registry-error.ts'
import { type Answering, clientUnderTest, passwordFor, registryUnderTest, type RegistryUnderTest } from './testing/registry-under-test.ts'

const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' })
const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`
const signal = () => AbortSignal.timeout(20_000)
const problemOf = (asked: Promise<unknown>): Promise<RegistryError> =>
  asked.then(
    () => Promise.reject(new Error('it should have been refused')),
    (error: unknown) => error as RegistryError
  )
const says =
  (digestHeader = true): Answering =>
  (request, response) => {
    if (digestHeader) response.setHeader('docker-content-digest', digest)
    response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json')
    response.end(request.method === 'HEAD' ? undefined : manifest)
  }
const refuses =
  (status: number, ...errors: { code: string; message: string }[]): Answering =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }))
const basic = (name: string, password: string): string => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

describe('a registry', () => {
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  const registry = async (answer: Answering, tls?: Parameters<typeof registryUnderTest>[1]): Promise<RegistryUnderTest> => {
    const started = await registryUnderTest(answer, tls)
    closers.push(() => started.close())
    return started
  }
  const client = (...options: Parameters<typeof clientUnderTest>) => {
    const made = clientUnderTest(...options)
    closers.push(() => made.client.close())
    return made
  }

  it('says the digest of a tag', async () => {
    const { host, asked, headers } = await registry(says())
    expect(await client().open(`${host}/team/app:v1`).digest(signal())).toBe(digest)
    expect(asked).toEqual(['HEAD /v2/team/app/manifests/v1'])
    expect(headers[0]).toMatchObject({ 'user-agent': 'knative/r (serving)', accept: expect.stringContaining('index.v1+json') })
  })

  it.each([
    ['leaves the digest out', says(false)],
    ['does not know HEAD', (request, response) => (request.method === 'HEAD' ? response.writeHead(405).end() : says()(request, response))]
  ] as [string, Answering][])('that %s is asked for the manifest', async (_, answer) => {
    const { host, asked } = await registry(answer)
    expect(await client().open(`${host}/app`).digest(signal())).toBe(digest)
    expect(asked.at(-1)).toBe('GET /v2/app/manifests/latest')
  })

  it('that gives another manifest than it says is not believed', async () => {
    const { host } = await registry((_, response) => response.setHeader('docker-content-digest', digest).end('{}'))
    const { problem, message } = await problemOf(client().open(`${host}/app`).manifest(signal()))
    expect([problem, message]).toEqual(['invalid', expect.stringContaining(`should be ${digest} and is sha256:44136f`)])
  })

  describe('that wants to know who asks', () => {
    it('takes a name and a password, and is not asked without them again', async () => {
      const { host, headers } = await registry((request, response) =>
        request.headers.authorization === basic('me', 's3cret')
          ? says()(request, response)
          : response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
      )
      const { open } = client()
      const keychain = passwordFor(host)
      await open(`${host}/app`, keychain).digest(signal())
      await open(`${host}/app`, keychain).digest(signal())
      expect(headers.map(({ authorization }) => authorization !== undefined)).toEqual([false, true, true])
    })

    it('tries the next credentials when the first ones are refused', async () => {
      const { host } = await registry((request, response) =>
        request.headers.authorization === basic('b', 'p')
          ? says()(request, response)
          : response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
      )
      const credentials = (username: string) => ({ kind: 'password', username, password: 'p', origin: `secret "${username}"` }) as const
      const keychain = new Keychain(['a', 'b'].map((each) => ({ location: host, credentials: credentials(each) })))
      expect(await client().open(`${host}/app`, keychain).digest(signal())).toBe(digest)
    })

    it.each([
      ['nobody', Keychain.empty, /wants credentials for team\/app: create a Secret of type kubernetes.io\/dockerconfigjson/],
      [
        'a secret that is missing',
        new Keychain([], ['secret "x" does not exist']),
        /wants credentials for team\/app, and there are none: secret "x" does not exist$/
      ],
      ['a wrong password', undefined, /refused the credentials of secret "regcred" for team\/app: put valid ones there$/]
    ])('says who is not let in: %s', async (_, given, message) => {
      const { host } = await registry((_request, response) =>
        response
          .writeHead(401, { 'www-authenticate': 'Basic realm="r"', 'content-type': 'application/json' })
          .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
      )
      const error = await problemOf(
        client()
          .open(`${host}/team/app:v1`, given ?? passwordFor(host))
          .digest(signal())
      )
      expect(error).toMatchObject({ problem: 'unauthorized', status: 401, message: expect.stringMatching(message) })
      expect(error.message).toContain(`HEAD http://${host}/v2/team/app/manifests/v1: unexpected status code 401 Unauthorized`)
      expect(error.message).not.toContain('s3cret')
    })
  })

  describe('that wants a token', () => {
    /** Tokens are `token-of-USER-N`; N counts. */
    const withTokens = async (life: object = { expires_in: 100 }) => {
      let given = 0
      const forms: string[] = []
      const started: RegistryUnderTest = await registry((request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? '', 'http://r')
        if (pathname === '/token') {
          const { authorization = '' } = request.headers
          if (request.method === 'POST') {
            let form = ''
            request.on('data', (part: Buffer) => (form += part.toString()))
            request.on('end', () => {
              forms.push(form)
              const refresh = new URLSearchParams(form).get('refresh_token')
              response.end(JSON.stringify({ access_token: `token-of-${refresh}-${++given}`, refresh_token: `${refresh}+`, ...life }))
            })
            return
          }
          if (searchParams.get('scope') !== 'repository:team/app:pull' || searchParams.get('service') !== 's')
            return void response.writeHead(400).end()
          if (authorization === basic('me', 'wrong')) return void response.writeHead(401).end()
          const user = authorization === '' ? 'nobody' : Buffer.from(authorization.slice(6), 'base64').toString().split(':')[0]
          return void response.end(JSON.stringify({ token: `token-of-${user}-${++given}`, ...life }))
        }
        if (request.headers.authorization?.startsWith('Bearer token-of-') === true) return says()(request, response)
        const realm = `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:team/app:pull"`
        response.writeHead(401, { 'www-authenticate': realm }).end()
      })
      return {
        ...started,
        forms,
        tokens: () => started.headers.flatMap(({ authorization }) => (authorization?.startsWith('Bearer') ? [authorization] : []))
      }
    }

    it('gets one for nobody', async () => {
      const { host, tokens } = await withTokens()
      await client().open(`${host}/team/app`).digest(signal())
      expect(tokens()).toEqual(['Bearer token-of-nobody-1'])
    })

    it('gets one for a name and a password, keeps it while it lives, and gets a new one after', async () => {
      const { host, tokens, asked } = await withTokens()
      let now = 0
      const { open } = client(undefined, () => now)
      const ask = () => open(`${host}/team/app`, passwordFor(host)).digest(signal())
      await ask()
      now = 80_000
      await ask()
      now = 100_000
      await ask()
      expect(tokens()).toEqual(['Bearer token-of-me-1', 'Bearer token-of-me-1', 'Bearer token-of-me-2'])
      expect(asked.filter((each) => each.startsWith('GET /token'))).toHaveLength(2)
    })

    it('lets one live for a minute where it does not say', async () => {
      const { host, tokens } = await withTokens({})
      let now = 0
      const { open } = client(undefined, () => now)
      await open(`${host}/team/app`).digest(signal())
      now = 60_000
      await open(`${host}/team/app`).digest(signal())
      expect(tokens()).toEqual(['Bearer token-of-nobody-1', 'Bearer token-of-nobody-2'])
    })

    it('exchanges a refresh token, and the next time the one that came back; one that lives no time is used once', async () => {
      const { host, forms, tokens } = await withTokens({ expires_in: 0 })
      const keychain = new Keychain([{ location: host, credentials: { kind: 'identity', token: 'R', origin: 'secret "r"' } }])
      const { open } = client()
      for (let turn = 0; turn < 2; turn++) expect(await open(`${host}/team/app`, keychain).digest(signal())).toBe(digest)
      expect(forms.map((form) => new URLSearchParams(form).get('refresh_token'))).toEqual(['R', 'R+'])
      expect(Object.fromEntries(new URLSearchParams(forms[0]))).toMatchObject({
        grant_type: 'refresh_token',
        service: 's',
        scope: 'repository:team/app:pull'
      })
      expect(tokens()).toEqual(['Bearer token-of-R-1', 'Bearer token-of-R+-2'])
    })

    it('says that the credentials are refused', async () => {
      const { host } = await withTokens()
      const { message, problem } = await problemOf(
        client()
          .open(`${host}/team/app`, passwordFor(host, 'me', 'wrong'))
          .digest(signal())
      )
      expect([problem, message]).toEqual([
        'unauthorized',
        expect.stringContaining('refused the credentials of secret "regcred" for team/app')
      ])
    })

    it('may send nobody to a service without TLS', async () => {
      const { host } = await registry((_, response) =>
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://tokens.example.com/token"' }).end()
      )
      const { message } = await problemOf(client().open(`${host}/app`, passwordFor(host)).digest(signal()))
      expect(message).toContain('sends its users to http://tokens.example.com/token for a token, which is not protected by TLS')
    })
  })

  it.each([
    [
      'tag',
      'app:gone',
      [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }],
      /404 Not Found: MANIFEST_UNKNOWN: manifest unknown; .* has no tag "gone" of app: look at the name of the image, or push it$/
    ],
    [
      'repository',
      'team/typo:v1',
      [{ code: 'NAME_UNKNOWN', message: 'no' }],
      /has no repository team\/typo: look at the name of the image$/
    ]
  ])('says that it has no such %s', async (_, image, errors, message) => {
    const { host } = await registry(refuses(404, ...errors))
    expect(await problemOf(client().open(`${host}/${image}`).digest(signal()))).toMatchObject({
      problem: 'unknown',
      message: expect.stringMatching(message)
    })
  })

  it('that says that it has no image of a digest', async () => {
    const { host } = await registry(refuses(404, { code: 'MANIFEST_UNKNOWN', message: 'x' }))
    const { message } = await problemOf(client().open(`${host}/app@${digest}`).manifest(signal()))
    expect(message).toContain(`has no image ${digest.slice(0, 19)}... in app`)
  })

  it.each([408, 429, 500, 502, 503, 504])('that answers %d is asked again', async (status) => {
    let turn = 0
    const { host, asked } = await registry((request, response) =>
      turn++ < 2 ? response.writeHead(status).end() : says()(request, response)
    )
    const { open, patience } = client()
    expect(await open(`${host}/app`).digest(signal())).toBe(digest)
    expect([asked.length, patience.waited]).toEqual([3, [1, 2]])
  })

  it('that asks for a pause gets it, and is not asked for ever', async () => {
    const { host, asked } = await registry((_, response) => response.writeHead(429, { 'retry-after': '3' }).end())
    const { open, patience } = client()
    const { problem, message } = await problemOf(open(`${host}/app`).digest(signal()))
    expect([problem, asked.length, patience.waited]).toEqual(['unavailable', 4, [3_000, 3_000, 3_000]])
    expect(message).toContain('unexpected status code 429 Too Many Requests; look at the registry')
  })

  it('whose connection breaks is asked again', async () => {
    let turn = 0
    const { host } = await registry((request, response) => (turn++ < 2 ? void request.socket.destroy() : says()(request, response)))
    expect(await client().open(`${host}/app`).digest(signal())).toBe(digest)
  })

  it('that is not there is told at once', async () => {
    const { host, close } = await registryUnderTest(says())
    await close()
    const { open, patience } = client()
    const { problem, message } = await problemOf(open(`${host}/app`).digest(signal()))
    expect([problem, patience.waited]).toEqual(['unreachable', []])
    expect(message).toMatch(/^HEAD http:\/\/127.0.0.1:\d+\/v2\/app\/manifests\/latest: the registry cannot be reached: .*ECONNREFUSED/)
  })

  it('that does not answer is left when its time is over', async () => {
    const { host } = await registry(() => undefined)
    await expect(client().open(`${host}/app`).digest(AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('that leads on to another machine does not make it see who asks', async () => {
    const other = await registry((_, response) => response.end('blob'))
    const { host } = await registry((request, response) =>
      request.headers.authorization === undefined
        ? response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
        : response.writeHead(307, { location: `http://${other.host}/data?signature=x` }).end()
    )
    const blob = { digest: `sha256:${createHash('sha256').update('blob').digest('hex')}`, size: 4 }
    expect(await text(client().open(`${host}/app`, passwordFor(host)).blob(blob, signal()))).toBe('blob')
    expect(other.asked).toEqual(['GET /data?signature=x'])
    expect(other.headers[0]?.authorization).toBeUndefined()
  })

  it.each([
    ['without end', '/v2/app/manifests/latest', 'from one address to the next without end'],
    ['without TLS', 'http://cdn.example.com/x', 'leads on to http://cdn.example.com, which is not protected by TLS']
  ])('that leads on %s is not followed', async (_, location, message) => {
    const { host } = await registry((__, response) => response.writeHead(302, { location }).end())
    expect((await problemOf(client().open(`${host}/app`).digest(signal()))).message).toContain(message)
  })

  it('of a trusted certificate is spoken to by TLS, and one of another is not', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'authority-'))
    closers.push(() => Promise.resolve(rmSync(directory, { recursive: true })))
    const tls = await selfSigned('localhost')
    writeFileSync(join(directory, 'ca.crt'), tls.cert)
    const started = await registry(says(), tls)
    const host = started.host.replace('127.0.0.1', 'localhost')
    expect(
      await client(registryAccess({ SSL_CERT_DIR: directory }))
        .open(`${host}/app`)
        .digest(signal())
    ).toBe(digest)
    const error = await problemOf(client().open(`${host}/app`).digest(signal()))
    expect(error).toMatchObject({
      problem: 'tls',
      message: expect.stringMatching(
        /^HEAD https:.*the certificate of localhost:\d+ is not trusted \(.*self.signed.*\): mount its authority and name the directory in SSL_CERT_DIR$/
      )
    })
  })

  describe('behind a proxy', () => {
    /** A proxy that leads everybody to `host`, whatever is asked for; what it was asked with is in `seen`. */
    const proxyTo = async (host: string) => {
      const seen: string[] = []
      const [name = '', port = ''] = host.split(':')
      const note = ({ method, url, headers }: IncomingMessage): void =>
        void seen.push(`${method} ${url} ${headers['proxy-authorization'] ?? ''}`)
      const proxy = createServer((request, response) => {
        note(request)
        const { pathname } = new URL(request.url ?? '')
        const onward = ask({ host: name, port, path: pathname, method: request.method }, (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers)
          answer.pipe(response)
        })
        onward.end()
      })
      const tunnels: Duplex[] = []
      proxy.on('connect', (request, socket, head) => {
        note(request)
        const out = connectTo(Number(port), name, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          out.write(head)
          out.pipe(socket).pipe(out)
        })
        tunnels.push(socket, out)
        for (const each of [socket, out]) each.on('error', () => tunnels.forEach((tunnel) => tunnel.destroy()))
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      closers.push(() => {
        for (const tunnel of tunnels) tunnel.destroy()
        proxy.closeAllConnections()
        return new Promise((resolve) => proxy.close(resolve))
      })
      return { seen, address: `http://p:x@127.0.0.1:${(proxy.address() as AddressInfo).port}` }
    }

    it('is reached by a tunnel, with the proxy’s own password', async () => {
      const tls = await selfSigned('registry.example.com')
      const { host } = await registry(says(), tls)
      const { seen, address } = await proxyTo(host)
      const access = { ...registryAccess({ HTTPS_PROXY: address }), authorities: () => [tls.cert] }
      expect(await client(access).open('registry.example.com/app').digest(signal())).toBe(digest)
      expect(seen).toEqual([`CONNECT registry.example.com:443 ${basic('p', 'x')}`])
    })

    it('that is the only way out is reached by tunnels, with and without TLS, and on loopback addresses too', async () => {
      const { host } = await registry(says())
      const { seen, address } = await proxyTo(host)
      expect(
        await client(registryAccess({ REGISTRY_PROXY: address }))
          .open('localhost:5000/app')
          .digest(signal())
      ).toBe(digest)
      // The first one was for TLS, which nobody speaks there.
      expect(seen).toEqual(Array(2).fill(`CONNECT localhost:5000 ${basic('p', 'x')}`))
    })

    it('that cannot reach it is told of', async () => {
      const proxy = createServer()
      proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      closers.push(() => new Promise((resolve) => proxy.close(resolve)))
      const access = registryAccess({ HTTPS_PROXY: `127.0.0.1:${(proxy.address() as AddressInfo).port}` })
      const { problem, message } = await problemOf(client(access).open('registry.example.com/app').digest(signal()))
      expect([problem, message]).toEqual([
        'unreachable',
        expect.stringContaining('the proxy on the way could not reach registry.example.com (502): look at')
      ])
    })

    it('without TLS is asked for by the proxy', async () => {
      const { host } = await registry(says())
      const { seen, address } = await proxyTo(host)
      expect(
        await client(registryAccess({ HTTP_PROXY: address }))
          .open('127.registry.local/app')
          .digest(signal())
      ).toBe(digest)
      expect(seen).toEqual([`HEAD http://127.registry.local/v2/app/manifests/latest ${basic('p', 'x')}`])
    })
  })
})
