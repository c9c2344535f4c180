import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { keyOf, keyText, parseEventingObservability, pingSources, type EventingObservability, type PingSource } from '@knative-ts/api'
import type { Part } from '@knative-ts/host'
import {
  createElection,
  createInformerFactory,
  type EventRecorder,
  type Informer,
  type KubeClient,
  type Log,
  type TelemetryConfig,
  pause,
  watchConfig,
  watchTelemetry,
  systemClock,
  type Clock
} from '@knative-ts/kube'
import type { Outbox } from '../sink/outbox.ts'
import { overridden } from '../sink/overrides.ts'
import type { Sink } from '../sink/sender.ts'
import { cronOf } from './cron-of.ts'
import { pingEventOf } from './ping-event.ts'
import { runSchedule } from './ping-schedule.ts'

/** The lease that says which adapter sends. */
const pingLease = 'pingsource-mt-adapter'
/** Sources of one minute do not all send in its first millisecond. */
const spreadMs = 500
/** What is being sent when the process is to end may take so long. */
const finishMs = 20_000

export interface PingAdapterOptions {
  readonly client: KubeClient
  readonly outbox: Pick<Outbox, 'send' | 'report'>
  readonly recorder: EventRecorder
  readonly log: Log
  readonly identity: string
  readonly systemNamespace: string
  /** Second of the minute after which a stop waits for the minute's end. */
  readonly lastCalmSecond: number
  /** Gets what the configuration says of this role's logs, metrics and profiles. */
  readonly observe?: (config: TelemetryConfig) => void
  /** Where in its half second an event is sent: 0 to 1. */
  readonly random?: () => number
  readonly clock?: Clock
}

interface Running {
  readonly source: PingSource
  readonly stop: AbortController
}

/** Sends the events of every PingSource of the cluster at their times: one adapter of several at a time, the leader. */
export class PingAdapter implements Part {
  readonly name = 'ping'
  readonly #options: PingAdapterOptions
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #giveUp = new AbortController()
  readonly #running = new Map<string, Running>()
  readonly #sends = new Set<Promise<void>>()
  #election: Promise<void> | undefined

  constructor(options: PingAdapterOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  async start(): Promise<void> {
    const { client, log, identity, systemNamespace, observe: apply = () => undefined } = this.#options
    const factory = createInformerFactory(client, { log })
    const informer = factory.informer(pingSources)
    const observe = ({ sinkEventErrorReporting }: EventingObservability): void => this.#options.outbox.report(sinkEventErrorReporting)
    watchConfig(factory, systemNamespace, 'config-observability', parseEventingObservability, observe, log)
    watchTelemetry({ factory, namespace: systemNamespace, component: pingLease, apply, log })
    await factory.start(this.#stop.signal)
    const election = createElection({
      client,
      namespace: systemNamespace,
      name: pingLease,
      identity,
      log,
      onStartedLeading: (signal) => this.#lead(informer, signal)
    })
    this.#election = election.run(this.#stop.signal)
  }

  /** Near the end of a minute the next one's ticks are waited for: another adapter would come too late for them. */
  async drain(): Promise<void> {
    const second = new Date(this.#clock.now()).getUTCSeconds()
    if (this.#running.size > 0 && second > this.#options.lastCalmSecond) {
      await pause(this.#clock, (61 - second) * 1000, this.#stop.signal)
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    for (const { stop } of this.#running.values()) stop.abort()
    const timer = setTimeout(() => this.#giveUp.abort(), finishMs)
    await Promise.allSettled(this.#sends)
    clearTimeout(timer)
    await this.#election
    await this.#options.recorder.flush()
  }

  /** Follows the sources until the term ends. */
  #lead(informer: Informer<PingSource>, term: AbortSignal): void {
    const unfollow = informer.onChange(({ before, after }) => {
      const source = after ?? before
      if (source !== undefined) this.#follow(keyText(keyOf(source)), after)
    })
    term.addEventListener('abort', () => {
      unfollow()
      for (const key of this.#running.keys()) this.#forget(key)
    })
  }

  #follow(key: string, source: PingSource | undefined): void {
    // What is begun from now on nobody would wait for, or stop.
    if (this.#stop.signal.aborted) return
    if (source === undefined || source.metadata.deletionTimestamp !== undefined) return this.#forget(key)
    // A spec that the controller has not looked at yet: what ran before goes on.
    if (source.status?.observedGeneration !== source.metadata.generation) return
    const running = this.#running.get(key)
    if (running !== undefined && isSame(running.source, source)) return
    this.#forget(key)
    const sink = sinkOf(source)
    if (sink === undefined) {
      this.#options.recorder.record(source, 'Normal', 'PingSourceSkipped', 'PingSource is not ready')
      return
    }
    const { schedule = '* * * * *', timezone } = source.spec
    const stop = new AbortController()
    this.#running.set(key, { source, stop })
    try {
      const cron = cronOf(schedule, timezone)
      void runSchedule(cron, this.#clock, stop.signal, () => this.#send(source, sink))
      this.#options.recorder.record(source, 'Normal', 'PingSourceSynchronized', 'PingSource adapter is synchronized')
    } catch (error) {
      this.#options.recorder.record(source, 'Warning', 'PingSourceSkipped', (error as Error).message)
      this.#options.log.warn({ key, error }, 'the schedule of this PingSource cannot be read: it sends nothing until it is corrected')
    }
  }

  #forget(key: string): void {
    this.#running.get(key)?.stop.abort()
    this.#running.delete(key)
  }

  #send(source: PingSource, sink: Sink): void {
    const sent = this.#sent(source, sink).finally(() => this.#sends.delete(sent))
    this.#sends.add(sent)
  }

  async #sent(source: PingSource, sink: Sink): Promise<void> {
    const { random = Math.random } = this.#options
    await pause(this.#clock, random() * spreadMs, this.#giveUp.signal)
    const event = pingEventOf(source, { id: randomUUID(), time: new Date(this.#clock.now()).toISOString().replace(/\.?0+Z$/, 'Z') })
    await this.#options.outbox.send(source, overridden(event, source.spec.ceOverrides ?? {}), sink, this.#giveUp.signal)
  }
}

function sinkOf({ status }: PingSource): Sink | undefined {
  if ((status?.sinkUri ?? '') === '') return undefined
  return { url: status?.sinkUri ?? '', ...(status?.sinkCACerts !== undefined && { caCerts: status.sinkCACerts }) }
}

const isSame = (one: PingSource, other: PingSource): boolean =>
  one.metadata.uid === other.metadata.uid &&
  isDeepStrictEqual(
    [one.spec, one.status?.sinkUri, one.status?.sinkCACerts],
    [other.spec, other.status?.sinkUri, other.status?.sinkCACerts]
  )
