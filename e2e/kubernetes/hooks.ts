/**
 * Webhooks that the cases register: an HTTPS server on this host, reached by URL from the embedded server and from a real one alike. A hook's
 * path is `/NAMESPACE/TAG/BEHAVIOUR`, where the last is {@link Behaviour} as base64url of JSON: what a hook does is part of the case.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { authorityOf, certificateOf } from '../../libs/apiserver/src/pki/certificate-issuer.ts'
import { convertedAnswer } from './conversion-hook.ts'

type Json = Readonly<Record<string, unknown>>

/** What a hook answers. Everything has a default: an admission hook allows, a conversion hook sets apiVersion. */
export interface Behaviour {
  /** Merged into `response` of an admission review; its `patch` may be JSON. `null` takes a member away. */
  readonly response?: Json
  /** Merged into the answer beside `response`. */
  readonly review?: Json
  /** HTTP status instead of 200. */
  readonly status?: number
  /** The whole body, as text. */
  readonly text?: string
  readonly delayMs?: number
  /** Patches only when the object has not got this annotation yet. */
  readonly unlessAnnotated?: string
  /** How a conversion answers: see `conversion-hook.ts`. */
  readonly convert?: Json
}

interface Received {
  readonly tag: string
  readonly review: Json
}

export interface Hooks {
  /** `HOOKS`: base URL, `HOOKCA`: certificate for clientConfig.caBundle, `NOBODY`: base URL of a port that refuses. */
  readonly values: ReadonlyMap<string, string>
  /** What the hooks of a namespace with this tag were asked, in order. */
  received(namespace: string, tag: string): readonly Json[]
  close(): Promise<void>
}

/** Path of a hook in the case's namespace, behind `$HOOKS`. */
export const hookPath = (tag: string, behaviour: Behaviour = {}) =>
  `/$NS/${tag}/${Buffer.from(JSON.stringify(behaviour)).toString('base64url')}`

/** Starts the server on a free port of 127.0.0.1. */
export async function startHooks(): Promise<Hooks> {
  const now = new Date()
  const authority = await authorityOf('hooks authority', now)
  const { cert, key } = await certificateOf(authority, { name: 'hooks', addresses: ['127.0.0.1'] }, now)
  const received = new Map<string, Received[]>()
  const server = createServer({ cert, key }, (request, response) => {
    answer(received, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    values: new Map([
      ['HOOKS', `https://127.0.0.1:${port}`],
      ['HOOKCA', Buffer.from(authority.cert).toString('base64')],
      // Port 1 is reserved and nobody's.
      ['NOBODY', 'https://127.0.0.1:1']
    ]),
    received: (namespace, tag) => (received.get(namespace) ?? []).filter((one) => one.tag === tag).map(({ review }) => review),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

async function answer(received: Map<string, Received[]>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, namespace = '', tag = '', coded = ''] = new URL(request.url ?? '/', 'https://hooks').pathname.split('/')
  const behaviour = JSON.parse(Buffer.from(coded, 'base64url').toString() || '{}') as Behaviour
  const review = JSON.parse(await textOf(request)) as Json & { readonly request: Json }
  received.set(namespace, [...(received.get(namespace) ?? []), { tag, review }])
  if (behaviour.delayMs !== undefined) await pause(behaviour.delayMs)
  const body =
    behaviour.text ??
    JSON.stringify(review['kind'] === 'ConversionReview' ? convertedAnswer(behaviour.convert, review) : admitted(behaviour, review))
  response.writeHead(behaviour.status ?? 200, { 'content-type': 'application/json' }).end(body)
}

function admitted({ response = {}, review: more, unlessAnnotated }: Behaviour, review: Json & { readonly request: Json }): Json {
  const { patch, ...rest } = response
  const object = review.request['object'] as { metadata?: { annotations?: Json } } | null | undefined
  const isDone = unlessAnnotated !== undefined && object?.metadata?.annotations?.[unlessAnnotated] !== undefined
  const coded = typeof patch === 'string' ? patch : Buffer.from(JSON.stringify(patch ?? [])).toString('base64')
  const made = {
    uid: review.request['uid'],
    allowed: true,
    ...(patch === undefined || isDone ? {} : { patchType: 'JSONPatch', patch: coded }),
    ...rest
  }
  const kept = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== null))
  return { apiVersion: review['apiVersion'], kind: review['kind'], response: kept, ...more }
}
