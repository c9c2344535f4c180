/** Calls admission webhooks over HTTPS: to a URL, or to a Service's ready endpoints in turn. */
import { Agent, request as httpsRequest } from 'node:https'
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import { connectionFailure } from './connection-failure.ts'
import { decodeAnswer } from './review-answer.ts'

/** Where a Service's port is reached now: addresses to try in turn. */
export type ResolveService = (
  namespace: string,
  name: string,
  port: number
) => Promise<readonly { readonly host: string; readonly port: number }[]>

interface Reply {
  readonly status: number
  readonly contentType: string | undefined
  readonly text: string
}

/** Versions of reviews in which an answer may come, whatever was asked. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  AdmissionReview: ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'],
  ConversionReview: ['apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1']
}
const DEFAULT_PORT = 443
const ANSWER_BYTES = 3 * 1024 * 1024

/** The webhook has not answered in time. */
class TooLate extends Error {}

/** Keeps connections open between calls. Close it when the server closes. */
export class WebhookClient {
  readonly #resolve: ResolveService
  readonly #agents = new Map<string, Agent>()

  constructor(resolve: ResolveService) {
    this.#resolve = resolve
  }

  /** Sends a review, resolves with the parsed answer. Rejects with an Error whose text says why, in Go's words where clients match them. */
  async send(
    config: k8s.WebhookClientConfig,
    review: { readonly apiVersion: string; readonly kind: string },
    seconds: number
  ): Promise<unknown> {
    const { status, contentType, text } = await this.#exchange(config, JSON.stringify(review), seconds)
    return decodeAnswer(status, contentType, text, review.kind, VERSIONS[review.kind] ?? [review.apiVersion])
  }

  async #exchange(config: k8s.WebhookClientConfig, body: string, seconds: number): Promise<Reply> {
    const end = performance.now() + seconds * 1000
    const { url, places } = await this.#placesOf(config, seconds)
    let failure: Error = new Error(`Post "${url}": no endpoints available for service ${JSON.stringify(config.service?.name)}`)
    for (const place of places) {
      try {
        return await this.#post(config, place, url, body, end - performance.now())
      } catch (error) {
        if (performance.now() >= end || error instanceof TooLate)
          throw new Error(`Post "${url}": context deadline exceeded`, { cause: error })
        failure = new Error(`Post "${url}": ${connectionFailure(error)}`, { cause: error })
        if (!isUnreachable(error)) break
      }
    }
    throw failure
  }

  async #placesOf({ url, service }: k8s.WebhookClientConfig, seconds: number) {
    const timeout = `timeout=${seconds}s`
    if (url != null) {
      const target = new URL(url)
      target.search = target.search === '' ? timeout : `${target.search.slice(1)}&${timeout}`
      return { url: target.href, places: [{ host: target.hostname.replace(/^\[|\]$/g, ''), port: Number(target.port || DEFAULT_PORT) }] }
    }
    const { namespace = '', name = '', path = '', port = DEFAULT_PORT } = service ?? {}
    const address = `https://${name}.${namespace}.svc:${port}${path.startsWith('/') || path === '' ? path : `/${path}`}?${timeout}`
    const places = await this.#resolve(namespace, name, port).catch((error: unknown) => {
      throw new Error(`Post "${address}": ${errorText(error)}`, { cause: error })
    })
    return { url: address, places }
  }

  #post(
    config: k8s.WebhookClientConfig,
    place: { host: string; port: number },
    url: string,
    body: string,
    withinMs: number
  ): Promise<Reply> {
    const target = new URL(url)
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Host: target.host
    }
    const options = {
      host: place.host,
      port: place.port,
      method: 'POST',
      path: `${target.pathname}${target.search}`,
      headers,
      servername: /^[\d.:]+$/.test(target.hostname) ? '' : target.hostname,
      agent: this.#agentFor(config, `${place.host}:${place.port}`)
    }
    return new Promise((resolve, reject) => {
      const request = httpsRequest(options, (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > ANSWER_BYTES) response.destroy(new Error('the answer is too long'))
          else chunks.push(chunk)
        })
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'], text })
        })
      })
      // A timer: a signal that aborts by itself costs more than the question.
      const timer = setTimeout(() => request.destroy(new TooLate()), Math.max(0, withinMs)).unref()
      request.on('close', () => clearTimeout(timer))
      request.on('error', reject)
      request.end(body)
    })
  }

  /** An agent for each CA and place: a connection that was trusted under one CA is no good under another. */
  #agentFor(config: k8s.WebhookClientConfig, place: string): Agent {
    const key = `${place} ${config.service?.namespace}/${config.service?.name} ${config.caBundle ?? ''}`
    const known = this.#agents.get(key)
    if (known !== undefined) return known
    // Endpoints come and go: an unbounded map would keep an agent for each address that ever was.
    if (this.#agents.size >= 256) this.close()
    const ca = config.caBundle ? Buffer.from(config.caBundle, 'base64') : undefined
    const agent = new Agent({
      keepAlive: true,
      keepAliveMsecs: 10_000,
      maxFreeSockets: 8,
      timeout: 60_000,
      ...(ca === undefined ? {} : { ca })
    })
    this.#agents.set(key, agent)
    return agent
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }
}

/** No byte was understood by anybody: the next endpoint may be tried. */
const isUnreachable = (error: unknown) =>
  error instanceof Error &&
  ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ETIMEDOUT'].includes((error as NodeJS.ErrnoException).code ?? '')
