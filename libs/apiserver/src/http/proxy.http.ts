/** `pods/NAME/proxy/PATH` and `services/NAME/proxy/PATH`: what the client asks goes to the pod, what the pod answers goes to the client. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Call, World } from '../requests/call.ts'
import { failure } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { proxyTargetOf, type ProxyTarget } from './proxy-target.ts'

/** What belongs to one connection (RFC 9110, 7.6.1), and the client's credentials: they are the API server's. */
const KEPT_BACK = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|authorization|impersonate-.*)$/

/** Resolves when the answer is sent. Throws 503 for a pod that does not answer. */
export async function serveProxy(world: World, exchange: Exchange, call: Call): Promise<void> {
  const { request, response, upgrade } = exchange
  const [base, rest] = splitAt(request.url ?? '/')
  const isBare = rest === '' || rest.startsWith('?')
  if (response !== undefined && isBare && (request.method === 'GET' || request.method === 'HEAD')) {
    response.writeHead(301, { location: `${base}/${rest}` }).end()
    return
  }
  const target = await proxyTargetOf(world, call)
  const asking = ask(target, exchange, rest.startsWith('/') ? rest : `/${rest}`)
  if (upgrade !== undefined) return tunnel(asking, upgrade.socket, upgrade.head)
  if (response === undefined) return
  response.once('close', () => asking.destroy())
  // A pod may answer without reading the rest; every other failure of the way there fails the answer too.
  const [answer] = await Promise.all([answerOf(asking), pipeline(request, asking).catch(() => undefined)])
  response.writeHead(answer.statusCode ?? 502, withLocation(passed(answer.headers), base, target))
  // The client has gone, or the pod broke off: either way the connection is over.
  await pipeline(answer, response).catch(() => response.destroy())
}

/** The path up to `proxy`, and what comes after it. */
function splitAt(url: string): [string, string] {
  const [, base = url, rest = ''] = /^((?:\/[^/?]+)*?\/(?:pods|services)\/[^/?]+\/proxy)(.*)$/s.exec(url) ?? []
  return [base, rest]
}

function ask({ scheme, host, port }: ProxyTarget, { request, path, upgrade }: Exchange, wanted: string) {
  const headers: OutgoingHttpHeaders = {
    ...passed(request.headers),
    host: `${host}:${port}`,
    'x-forwarded-uri': path,
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': 'https',
    ...(upgrade === undefined ? {} : { connection: 'Upgrade', upgrade: request.headers.upgrade })
  }
  const send = scheme === 'https' ? httpsRequest : httpRequest
  return send({ host, port, method: request.method, path: wanted, headers, agent: false, rejectUnauthorized: false })
}

function passed(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !KEPT_BACK.test(name)))
}

type Asking = ReturnType<typeof ask>

function answerOf(asking: Asking): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asking.once('response', resolve)
    asking.once('error', (error: NodeJS.ErrnoException & { address?: string; port?: number }) => {
      const why = error.code === 'ECONNREFUSED' ? `dial tcp ${error.address}:${error.port}: connect: connection refused` : error.message
      reject(failure(503, 'ServiceUnavailable', `error trying to reach service: ${why}`))
    })
  })
}

/** A redirection to another place of the same server goes through here too. */
function withLocation(headers: OutgoingHttpHeaders, base: string, { scheme, host, port }: ProxyTarget): OutgoingHttpHeaders {
  const { location } = headers
  if (typeof location !== 'string') return headers
  const own = `${scheme}://${host}:${port}`
  if (location.startsWith('/')) return { ...headers, location: `${base}${location}` }
  return location.startsWith(`${own}/`) ? { ...headers, location: `${base}${location.slice(own.length)}` } : headers
}

/** Bytes both ways once the pod has agreed to change the protocol; what it answers instead is passed on as it is. */
async function tunnel(asking: Asking, client: Duplex, head: Buffer): Promise<void> {
  client.once('close', () => asking.destroy())
  const agreed = new Promise<{ answer: IncomingMessage; server?: Duplex; first?: Buffer }>((resolve, reject) => {
    asking.once('upgrade', (answer, server, first) => resolve({ answer, server, first }))
    answerOf(asking).then((answer) => resolve({ answer }), reject)
  })
  asking.end()
  const { answer, server, first } = await agreed
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let at = 0; at < answer.rawHeaders.length; at += 2) lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`)
  client.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (server === undefined) return void pipeline(answer, client).catch(() => client.destroy())
  if (first !== undefined && first.length > 0) client.write(first)
  if (head.length > 0) server.write(head)
  // One side that ends or breaks ends the other.
  const over = () => {
    client.destroy()
    server.destroy()
  }
  for (const [from, to] of [
    [client, server],
    [server, client]
  ] as const)
    pipeline(from, to).then(over, over)
}
