/** A token server as registries send their users to (distribution's token authentication specification), with one account. */
import { randomUUID, sign, X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SelfSigned } from '@knative-ts/testing/self-signed'

export interface TokenServer {
  readonly realm: string
  /** Name and password that came with each question; '' for nobody. */
  readonly asked: string[]
  close(): Promise<void>
}

export const tokenIssuer = { service: 'registry.test', issuer: 'issuer.test' } as const

/** `account` is `name:password`; it may pull and push everything, everybody else may pull below `public/`. */
export async function startTokenServer({ cert, key }: SelfSigned, account: string): Promise<TokenServer> {
  const asked: string[] = []
  const chain = [new X509Certificate(cert).raw.toString('base64')]
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const tokenFor = (access: readonly object[]): string => {
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: tokenIssuer.issuer,
      sub: '',
      aud: tokenIssuer.service,
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access
    }
    const text = `${part({ typ: 'JWT', alg: 'ES256', x5c: chain })}.${part(claims)}`
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://t')
    const who = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString('utf8')
    asked.push(who)
    if (who !== '' && who !== account) return void response.writeHead(401).end('{"details":"wrong password"}')
    const access = searchParams.getAll('scope').map((scope) => {
      const [type, name = '', actions = ''] = scope.split(':')
      const may = who === account || (name.startsWith('public/') && actions === 'pull')
      return { type, name, actions: may ? actions.split(',') : [] }
    })
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: tokenFor(access), expires_in: 300 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}
