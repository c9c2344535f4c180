/** Asks a token service (distribution's token authentication specification, and its OAuth 2 form). */
import { bytesOf } from './answer-body.ts'
import { basicOf, type Credentials } from './credentials.ts'
import { placeOf } from './connection-problem.ts'
import { refusal } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import type { Answer, Transport } from './transport.ts'

export interface TokenQuestion {
  readonly realm: URL
  readonly service: string | undefined
  readonly scope: string
  readonly password: (Credentials & { kind: 'password' }) | undefined
  /** A refresh token. */
  readonly identity: string | undefined
  readonly userAgent: string
}

export interface Token {
  readonly token: string
  readonly lifeMs: number
  /** A refresh token that takes the place of the one that was sent. */
  readonly identity: string | undefined
}

/** As the specification says where a service does not. Seconds. */
const usualLife = 60

/** Undefined when the service refuses. Rejects with {@link RegistryError} when it cannot be asked, or answers what no token service does. */
export async function askForToken(transport: Transport, question: TokenQuestion, signal: AbortSignal): Promise<Token | undefined> {
  const { realm, identity } = question
  let answer = identity === undefined ? await get(transport, question, signal) : await post(transport, question, signal)
  if (identity === undefined && (answer.status === 404 || answer.status === 405) && question.password !== undefined) {
    // Some services know the OAuth 2 form only.
    await answer.body.dump()
    answer = await post(transport, question, signal)
  }
  if ([400, 401, 403].includes(answer.status)) {
    await answer.body.dump()
    return undefined
  }
  if (answer.status !== 200) throw await refusal(answer, identity === undefined ? 'GET' : 'POST', `${realm.host} gives no token`)
  const said = tokenIn(await bytesOf(answer), realm)
  const token = said.token ?? said.access_token
  if (token === undefined) throw new RegistryError('invalid', `the answer of ${placeOf(realm)} has no token: it is no token service`)
  return { token, lifeMs: (said.expires_in ?? usualLife) * 1_000, identity: said.refresh_token }
}

interface Said {
  readonly token?: string
  readonly access_token?: string
  readonly expires_in?: number
  readonly refresh_token?: string
}

function tokenIn(bytes: Buffer, realm: URL): Said {
  try {
    return JSON.parse(bytes.toString('utf8')) as Said
  } catch {
    // The parser's words would quote the answer, which holds a token.
    throw new RegistryError('invalid', `the answer of ${placeOf(realm)} is not JSON: it is no token service`)
  }
}

function get(transport: Transport, { realm, service, scope, password, userAgent }: TokenQuestion, signal: AbortSignal): Promise<Answer> {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const each of scope.split(' ')) if (each !== '') url.searchParams.append('scope', each)
  const headers = { 'user-agent': userAgent, ...(password === undefined ? {} : { authorization: basicOf(password) }) }
  return transport.ask({ method: 'GET', url, headers }, signal)
}

function post(transport: Transport, question: TokenQuestion, signal: AbortSignal): Promise<Answer> {
  const { realm, service, scope, password, identity = '', userAgent } = question
  const who =
    password === undefined
      ? { grant_type: 'refresh_token', refresh_token: identity }
      : { grant_type: 'password', username: password.username, password: password.password }
  const form = new URLSearchParams({ ...who, client_id: 'knative', scope, ...(service === undefined ? {} : { service }) })
  const headers = { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded' }
  return transport.ask({ method: 'POST', url: realm, headers, body: form.toString() }, signal)
}
