import { keyText, type ObjectKey } from '@knative-ts/api'
import diagnostics from 'node:diagnostics_channel'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Clock } from '@knative-ts/kube'
import { beat } from '../beat.ts'
import type { MetricCollector, Scraped } from './metric-collector.ts'
import type { Ask } from './ask.ts'
import { scrapePods, type Scrape, type ScrapeFailure } from './scraper.ts'
import { scrapeService } from './service-scraper.ts'

/** Milliseconds between two scrapes of a revision (reference 3.1). */
const periodMs = 1_000

/**
 * The revisions are asked in so many groups of a period: a thousand answers on their way at once are garbage that outlives the young generation, and keep
 * whatever else wants to be decided waiting.
 */
const groups = 20
/** So few at once are no group. */
const smallest = 16

/** Published on the diagnostics channel `knative.autoscaler.scrape` when the pods of a revision have been asked. */
export interface ScrapeReport {
  readonly key: ObjectKey
  readonly tookMs: number
}

const channel = diagnostics.channel('knative.autoscaler.scrape')

export interface ScrapeWorld {
  readonly collector: MetricCollector
  /** Whether this replica decides about a revision: pods are asked by one only. */
  readonly decides: (key: ObjectKey) => boolean
  readonly readyPods: (key: ObjectKey) => readonly k8s.Pod[]
  readonly ask: Ask
  /** Over a fresh connection each time, by a Service's name. */
  readonly askService: Ask
  /** How pods are asked where a mesh may be in the way (config-network, mesh-compatibility-mode). */
  readonly mesh: () => 'auto' | 'enabled' | 'disabled'
  /** Ends every name of a Service. */
  readonly clusterDomain: string
  readonly clock: Clock
  /** The state of scraping changed: reconcile the Metric. */
  readonly changed: (key: ObjectKey) => void
}

/** Asks the pods of every revision each second; remembers why it failed. */
export class ScrapeLoop {
  readonly #world: ScrapeWorld
  readonly #failures = new Map<string, ScrapeFailure>()
  /** Revisions whose pods were found to be reached by their Service alone. */
  readonly #behindMesh = new Set<string>()
  /** The question that is under way for a revision. One that was forgotten meanwhile is not here any more, and its answer is nobody's. */
  readonly #running = new Map<string, object>()

  constructor(world: ScrapeWorld) {
    this.#world = world
  }

  /** Why the last scrape of a revision failed; undefined when it did not. */
  failure(key: ObjectKey): ScrapeFailure | undefined {
    return this.#failures.get(keyText(key))
  }

  forget(key: ObjectKey): void {
    this.#failures.delete(keyText(key))
    this.#behindMesh.delete(keyText(key))
    this.#running.delete(keyText(key))
  }

  run(signal: AbortSignal): void {
    const { clock, collector, decides } = this.#world
    let waiting: Scraped[] = []
    let cancel = (): void => undefined
    const askSome = (size: number): void => {
      for (const one of waiting.splice(0, size)) this.#begin(one)
      if (waiting.length > 0) cancel = clock.after(periodMs / groups, () => askSome(size))
    }
    beat(clock, periodMs, signal, () => {
      cancel()
      // Who was not asked within a late period is asked before all others.
      askSome(waiting.length)
      waiting = collector.scraped().filter(({ key }) => decides(key))
      askSome(Math.max(smallest, Math.ceil(waiting.length / groups)))
    })
    signal.addEventListener('abort', () => cancel(), { once: true })
  }

  #begin(one: Scraped): void {
    const pods = this.#world.readyPods(one.key)
    // One that sleeps costs nothing, and no failure of the pods that it had is of interest.
    if (pods.length === 0) this.#note(one.key, undefined)
    else if (!this.#running.has(keyText(one.key))) void this.#scrape(one, pods)
  }

  async #scrape(one: Scraped, pods: readonly k8s.Pod[]): Promise<void> {
    const { key } = one
    const text = keyText(key)
    const turn = {}
    this.#running.set(text, turn)
    const startedAt = performance.now()
    const { collector, clock } = this.#world
    try {
      const { scrape, meshed } = await this.#ask(one, text, pods)
      if (this.#running.get(text) !== turn) return
      if (meshed) this.#behindMesh.add(text)
      if (scrape.kind === 'scraped') collector.record(key, clock.now(), scrape.report)
      this.#note(key, scrape.kind === 'failed' ? scrape : undefined)
    } finally {
      if (this.#running.get(text) === turn) this.#running.delete(text)
      if (channel.hasSubscribers) channel.publish({ key, tookMs: performance.now() - startedAt } satisfies ScrapeReport)
    }
  }

  /** Pod by pod, or through the Service where a mesh answers in their place; `meshed`: that has been found out just now. */
  async #ask(
    { key, scrapeTarget, stableWindowMs: windowMs }: Scraped,
    text: string,
    pods: readonly k8s.Pod[]
  ): Promise<{ readonly scrape: Scrape; readonly meshed: boolean }> {
    const { ask, askService, mesh, clusterDomain, clock } = this.#world
    const throughService = (): Promise<Scrape> =>
      scrapeService(`${scrapeTarget}.${key.namespace}.svc.${clusterDomain}`, pods.length, { ask: askService, windowMs })
    const mode = mesh()
    if (mode === 'enabled' || (mode === 'auto' && this.#behindMesh.has(text))) return { scrape: await throughService(), meshed: false }
    const direct = await scrapePods(pods, { ask, oldBefore: clock.now() - windowMs, random: Math.random })
    if (mode === 'disabled' || direct.kind !== 'failed' || direct.mesh !== true) return { scrape: direct, meshed: false }
    const second = await throughService()
    return { scrape: second, meshed: second.kind === 'scraped' }
  }

  #note(key: ObjectKey, failure: ScrapeFailure | undefined): void {
    const text = keyText(key)
    const before = this.#failures.has(text)
    if (failure === undefined) this.#failures.delete(text)
    else this.#failures.set(text, failure)
    if (before !== (failure !== undefined)) this.#world.changed(key)
  }
}
