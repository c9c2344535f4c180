/** Calls of a client, as data, and how they are played. */
import type { KubeObject } from '@knative-ts/api'
import { brokers, knativeServices, subscriptions, triggers, type Resource } from '@knative-ts/api'
import type { ConnectedClient } from '@knative-ts/kube'
import { expand, mergePatched, pick } from '../../kubernetes/expand.ts'
import { conditionsOf } from '../scene/behind.ts'

export interface Transcript {
  readonly verb: string
  readonly rules: string
  readonly steps: readonly TranscriptStep[]
}

/** One call; `watch` follows one Service as clients do, `delete` removes one in the foreground and follows it to its end. */
export interface TranscriptStep {
  /** Method and path. */
  readonly call?: string
  readonly type?: string
  readonly body?: object
  readonly put?: { readonly of: string; readonly change: object }
  readonly status?: number
  readonly like?: object
  /** Names of a list's items, in their order. */
  readonly items?: readonly string[]
  readonly save?: string
  /** How often it may be asked until it is answered so: for what a controller makes. */
  readonly tries?: number
  readonly watch?: string
  /** Begins at the resource version of this answer. */
  readonly from?: string
  readonly until?: 'ready'
  readonly delete?: string
  /** What `watch` and `delete` are about; Services unless said. */
  readonly resource?: keyof typeof followed
}

const followed = {
  services: knativeServices as Resource,
  brokers: brokers as Resource,
  triggers: triggers as Resource,
  subscriptions: subscriptions as Resource
}

export interface Answered {
  readonly status: number
  readonly object: KubeObject
}

/** For what a watch waits for. */
const WATCH_MS = 180_000

/** Plays calls with one memory of what was answered. */
export class Player {
  readonly #client: ConnectedClient
  readonly #namespace: string
  readonly #values: ReadonlyMap<string, string>
  readonly #saved = new Map<string, KubeObject>()

  constructor(client: ConnectedClient, namespace: string, image: string) {
    this.#client = client
    this.#namespace = namespace
    const serving = (version: string): string => `/apis/serving.knative.dev/${version}/namespaces/${namespace}`
    // The longer name first: the shorter is its beginning.
    this.#values = new Map([
      ['SERVING1', serving('v1beta1')],
      ['SERVING', serving('v1')],
      ['EVENTING2', `/apis/eventing.knative.dev/v1beta2/namespaces/${namespace}`],
      ['EVENTING', `/apis/eventing.knative.dev/v1/namespaces/${namespace}`],
      ['MESSAGING', `/apis/messaging.knative.dev/v1/namespaces/${namespace}`],
      ['SOURCES', `/apis/sources.knative.dev/v1/namespaces/${namespace}`],
      ['NS', namespace],
      ['IMAGE', image]
    ])
  }

  /** The step with its placeholders filled in, `$NAME.path` from what was saved. */
  filled(step: TranscriptStep): TranscriptStep {
    const text = JSON.stringify(expand(step, this.#values))
    return JSON.parse(
      text.replaceAll(/\$([a-z]+)\.([A-Za-z.]+)/g, (_, name: string, path: string) => String(pick(this.#saved.get(name), path)))
    ) as TranscriptStep
  }

  /** Sends one call. */
  async send(step: TranscriptStep): Promise<Answered> {
    const [method = 'GET', path = ''] = (step.call ?? '').split(' ')
    const body = step.put === undefined ? step.body : mergePatched(this.#saved.get(step.put.of), step.put.change)
    const { status, body: text } = await this.#client.raw({
      method,
      path,
      headers: { 'user-agent': 'kn/conformance', ...(body === undefined ? {} : { 'content-type': step.type ?? 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    // A group that is not there is answered in plain text.
    const object = (text.startsWith('{') ? JSON.parse(text) : {}) as KubeObject
    if (step.save !== undefined) this.#saved.set(step.save, object)
    return { status, object }
  }

  /** Watches one object until an event says that its newest generation is Ready; that event's object. */
  async ready(name: string, from?: string, resource: TranscriptStep['resource'] = 'services'): Promise<KubeObject> {
    const resourceVersion = from === undefined ? '0' : (this.#saved.get(from)?.metadata.resourceVersion ?? '')
    const abort = AbortSignal.timeout(WATCH_MS)
    const options = { namespace: this.#namespace, fieldSelector: `metadata.name=${name}`, resourceVersion, signal: abort }
    let last: KubeObject | undefined
    for await (const event of this.#client.watch(followed[resource], options)) {
      if (event.type === 'BOOKMARK') continue
      last = event.object
      const { observedGeneration } = (event.object as { status?: { observedGeneration?: number } }).status ?? {}
      const isCurrent = event.object.metadata.generation === observedGeneration
      const ready = conditionsOf(event.object).find(({ type }) => type === 'Ready')
      // A change counts; from the beginning, what is there does too.
      if (isCurrent && ready?.status === 'True' && (event.type === 'MODIFIED' || from === undefined)) return event.object
    }
    throw new Error(`the watch of ${name} ended before it was Ready: ${JSON.stringify(last?.metadata)}`)
  }

  /** Deletes one object in the foreground and watches it go. */
  async gone(name: string, resource: TranscriptStep['resource'] = 'services'): Promise<void> {
    const resourceVersion = this.#saved.get(name)?.metadata.resourceVersion ?? ''
    const options = {
      namespace: this.#namespace,
      fieldSelector: `metadata.name=${name}`,
      resourceVersion,
      signal: AbortSignal.timeout(WATCH_MS)
    }
    await this.#client.delete(followed[resource], { namespace: this.#namespace, name }, { propagationPolicy: 'Foreground' })
    for await (const event of this.#client.watch(followed[resource], options)) if (event.type === 'DELETED') return
    throw new Error(`the watch of ${name} ended before it was gone`)
  }
}
