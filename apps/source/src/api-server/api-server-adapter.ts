import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { keyOf, keyText, type KubeObject, type Resource } from '@knative-ts/api'
import { compileFilters, type Filter, type SubscriptionsApiFilter } from '@knative-ts/eventing'
import type { Part } from '@knative-ts/host'
import { errorText, type KubeClient, type Log, reflect } from '@knative-ts/kube'
import type { Outbox } from '../sink/outbox.ts'
import { overridden, type Overrides } from '../sink/overrides.ts'
import type { Sink } from '../sink/sender.ts'
import { discover } from './discover.ts'
import { EventQueue } from './event-queue.ts'
import { ObjectChanges } from './object-changes.ts'
import { type Change, isOwnedBy, resourceEventOf } from './resource-event.ts'
import type { Watched } from './watched.ts'

/** What may wait for a slow sink. What comes then stays with the API server: its watch is not read on. */
const waitingAtMost = { jobs: 1_000, bytes: 32 * 1024 * 1024 }
/** Milliseconds until a kind that is not there is looked for again. */
const lookAgainMs = 5_000
/** What is being sent when the process is to end may take so long. */
const finishMs = 20_000

export interface ApiServerAdapterOptions {
  readonly client: KubeClient
  readonly outbox: Pick<Outbox, 'send'>
  /** Whose events they are. */
  readonly of: KubeObject
  readonly log: Log
  readonly sink: Sink
  readonly overrides: Overrides
  readonly watched: Watched
  /** Ends the process: a watch has failed, of a source that wants that. */
  readonly end: (error: Error) => void
  /** What may wait for the sink. */
  readonly waitingAtMost?: { readonly jobs: number; readonly bytes: number }
  /** Milliseconds until a kind that is not there is looked for again. */
  readonly lookAgainMs?: number
  /** The source of the events; by default the API server as pods know it. */
  readonly source?: string
}

/** Watches objects of the Kubernetes API and sends an event for each change, as one ApiServerSource asks for. */
export class ApiServerAdapter implements Part {
  readonly name = 'apiserver'
  readonly #options: ApiServerAdapterOptions
  readonly #filter: Filter
  readonly #source: string
  readonly #stop = new AbortController()
  readonly #stopped = Promise.withResolvers<void>()
  readonly #giveUp = new AbortController()
  readonly #queue: EventQueue
  #isHeld = false
  /** Why a resource is not watched, by its group, version and plural. */
  readonly #missing = new Map<string, string>()
  #failure: string | undefined
  #watches: Promise<unknown> | undefined

  constructor(options: ApiServerAdapterOptions) {
    this.#options = options
    this.#filter = compileFilters({ filters: (options.watched.filters ?? []) as readonly SubscriptionsApiFilter[] })
    this.#source = options.source ?? apiServerUrl(process.env)
    this.#queue = new EventQueue(options.waitingAtMost ?? waitingAtMost)
  }

  async start(): Promise<void> {
    const { client, watched } = this.#options
    if (watched.failFast) await Promise.all(watched.resources.map(({ gvr }) => discover(client, gvr)))
    const first: Promise<void>[] = []
    const watches = watched.resources.map((one) => {
      const listed = Promise.withResolvers<void>()
      first.push(listed.promise)
      return this.#follow(one, listed.resolve)
    })
    this.#watches = Promise.all(watches)
    // Ready means that a change from now on is told.
    await Promise.race([Promise.all(first), this.#watches])
  }

  unready(): string | undefined {
    return this.#missing.values().next().value
  }

  unhealthy(): string | undefined {
    return this.#failure
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#stopped.resolve()
    await this.#watches
    const timer = setTimeout(() => this.#giveUp.abort(), finishMs)
    await this.#queue.idle()
    clearTimeout(timer)
  }

  /** Watches one resource in each namespace; `listed` is called once nothing more needs to be waited for. */
  async #follow({ gvr, selector }: Watched['resources'][number], listed: () => void): Promise<void> {
    const resource = await this.#find(gvr, listed)
    if (resource === undefined) return
    const namespaces = namespacesOf(this.#options.watched, resource)
    const lists = namespaces.map(() => Promise.withResolvers<void>())
    void Promise.all(lists.map(({ promise }) => promise)).then(listed)
    const watches = namespaces.map((namespace, at) => {
      const selection = { ...(namespace !== undefined && { namespace }), ...(selector && { labelSelector: selector }) }
      return this.#watch(resource, selection, () => lists[at]?.resolve())
    })
    await Promise.all(watches)
  }

  /** One kind that is not there (yet) keeps no other from being watched: the pod is not ready until it is. Undefined: it was stopped before. */
  async #find(gvr: Watched['resources'][number]['gvr'], missing: () => void): Promise<Resource | undefined> {
    const { client, log } = this.#options
    const name = `${gvr.Resource}.${gvr.Version}.${gvr.Group}`
    while (!this.#stop.signal.aborted) {
      try {
        const found = await discover(client, gvr)
        this.#missing.delete(name)
        return found
      } catch (error) {
        if (this.#missing.get(name) !== errorText(error)) log.warn({ error }, 'a resource is not watched')
        this.#missing.set(name, errorText(error))
        missing()
        // Being stopped ends the pause, and the loop.
        await pause(this.#options.lookAgainMs ?? lookAgainMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      }
    }
    return undefined
  }

  async #watch(
    resource: Resource,
    selection: { readonly namespace?: string; readonly labelSelector?: string },
    listed: () => void
  ): Promise<void> {
    const { client, log, watched } = this.#options
    const changes = new ObjectChanges(watched.mode === 'Resource', (change, object) => this.#changed(change, object, resource))
    const target = {
      replace: async (items: readonly KubeObject[]): Promise<void> => {
        await changes.replace(items)
        listed()
      },
      apply: changes.apply.bind(changes)
    }
    if (!watched.failFast) return reflect(client, resource, selection, target, this.#stop.signal, { log })
    // Permissions were not asked for before: whatever a watch fails with ends the process, so that the source is not ready.
    const once = new AbortController()
    const failing = { ...log, warn: (fields: object, text: string): void => this.#fail(resource, fields, text, once) }
    await reflect(client, resource, selection, target, AbortSignal.any([this.#stop.signal, once.signal]), { log: failing })
  }

  #fail(resource: Resource, fields: object, text: string, once: AbortController): void {
    const { error } = fields as { error?: unknown }
    this.#failure = `${resource.plural} cannot be watched: ${error instanceof Error ? error.message : text}`
    this.#options.log.error({ error }, this.#failure)
    once.abort()
    // Its Deployment is unavailable then, and the source says so.
    this.#options.end(new Error(this.#failure))
  }

  #changed(change: Change, found: KubeObject, { kind, group, version, plural }: Resource): Promise<void> | undefined {
    // What was held back until the end is not sent any more, like what happens after it.
    if (this.#stop.signal.aborted) return undefined
    const { watched, outbox, of, sink, overrides } = this.#options
    if (watched.owner !== undefined && watched.owner !== null && !isOwnedBy(found, watched.owner)) return undefined
    // Items of a list do not say what they are.
    const object = { ...found, apiVersion: found.apiVersion || (group === '' ? version : `${group}/${version}`), kind: found.kind || kind }
    const time = new Date().toISOString().replace(/\.?0+Z$/, 'Z')
    const event = resourceEventOf(change, object, { mode: watched.mode, source: this.#source, plural, id: randomUUID(), time })
    if (!this.#filter.matches(event)) return undefined
    const job = (): Promise<void> => outbox.send(of, overridden(event, overrides), sink, this.#giveUp.signal)
    this.#queue.put(`${plural} ${keyText(keyOf(object))}`, event.data?.length ?? 0, job)
    const room = this.#queue.room()
    return room === undefined ? undefined : this.#holdBack(room)
  }

  /** No event is lost for a slow sink: the watch waits, and what the API server does not keep that long is found by the next list. */
  async #holdBack(room: Promise<void>): Promise<void> {
    if (!this.#isHeld)
      this.#options.log.warn({ sink: this.#options.sink.url }, 'the sink is slow: changes are held back until it has taken some')
    this.#isHeld = true
    await Promise.race([room, this.#stopped.promise])
    this.#isHeld = false
  }
}

/** Undefined: objects of the whole cluster. */
function namespacesOf({ namespaces, allNamespaces }: Watched, { namespaced }: Resource): readonly (string | undefined)[] {
  return allNamespaces || !namespaced ? [undefined] : (namespaces ?? [])
}

/** Where pods reach the API server, as the original puts it into events. */
export function apiServerUrl({
  KUBERNETES_SERVICE_HOST = 'kubernetes.default.svc',
  KUBERNETES_SERVICE_PORT = '443'
}: NodeJS.ProcessEnv): string {
  return `https://${KUBERNETES_SERVICE_HOST.includes(':') ? `[${KUBERNETES_SERVICE_HOST}]` : KUBERNETES_SERVICE_HOST}:${KUBERNETES_SERVICE_PORT}`
}
