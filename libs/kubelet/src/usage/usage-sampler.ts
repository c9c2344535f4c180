/** Measures containers and the node from time to time: one timer, a few small files a container, no process. */
import type { ContainerUsage, Log, NodeUsage, PodUsage, UsageSource } from '@knative-ts/kube'
import type { ContainerUsageSample, RunningContainer } from '../runtime/container-runtime.ts'
import { machineUsage } from './machine-usage.ts'
import { ProcessTable } from './process-table.ts'

/** A pod with its containers that run now. */
export interface MeasuredPod {
  readonly namespace: string
  readonly name: string
  readonly containers: readonly { readonly name: string; readonly running: RunningContainer }[]
}

/** The rate needs two samples, so a pod has figures after at most twice this. ms. */
const everyMs = 5_000

interface Measured {
  readonly at: number
  readonly sample: ContainerUsageSample
}

/** Two samples in a row of one run of a container. */
interface Span {
  readonly from: Measured
  readonly to: Measured
}

export class UsageSampler implements UsageSource {
  readonly #nodeName: string
  readonly #pods: () => readonly MeasuredPod[]
  readonly #log: Log
  /** By the id of the run: a restarted container counts from zero. */
  #latest = new Map<string, Measured>()
  #machine: Measured | undefined
  #node: NodeUsage | undefined
  #usages: readonly PodUsage[] = []
  #timer: NodeJS.Timeout | undefined
  #measuring = false

  constructor(nodeName: string, pods: () => readonly MeasuredPod[], log: Log) {
    this.#nodeName = nodeName
    this.#pods = pods
    this.#log = log
  }

  start(intervalMs = everyMs): void {
    const measure = (): void => {
      this.measure().catch((error: unknown) => this.#log.warn({ error }, 'cannot measure what the pods use'))
    }
    measure()
    this.#timer = setInterval(measure, intervalMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  node(): NodeUsage | undefined {
    return this.#node
  }

  pods(): readonly PodUsage[] {
    return this.#usages
  }

  /** One measurement; nothing when the one before is still under way. */
  async measure(now: () => number = Date.now): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    try {
      this.#measureNode(now())
      const latest = new Map<string, Measured>()
      const usages: PodUsage[] = []
      // Read once, and only when a container needs it.
      let table: ProcessTable | undefined
      const fromTable = (pid: number | undefined): ContainerUsageSample | undefined =>
        pid === undefined ? undefined : (table ??= new ProcessTable()).usage(pid)
      for (const pod of this.#pods()) {
        const spans: { name: string; span: Span | undefined }[] = []
        for (const { name, running } of pod.containers) {
          const sample = (await running.usage()) ?? fromTable(running.pid)
          if (sample === undefined) continue
          const to = { at: now(), sample }
          const from = this.#latest.get(running.id)
          latest.set(running.id, to)
          spans.push({ name, span: from === undefined ? undefined : { from, to } })
        }
        const usage = podUsageOf(pod, spans)
        if (usage !== undefined) usages.push(usage)
      }
      this.#latest = latest
      this.#usages = usages
    } finally {
      this.#measuring = false
    }
  }

  #measureNode(at: number): void {
    const from = this.#machine
    const to = { at, sample: machineUsage() }
    this.#machine = to
    if (from === undefined || from.at >= at) return
    this.#node = {
      name: this.#nodeName,
      timestamp: new Date(at),
      windowMs: at - from.at,
      cpuNanoCores: nanoCores({ from, to }),
      memoryBytes: to.sample.memoryBytes
    }
  }
}

function podUsageOf(
  { namespace, name }: MeasuredPod,
  spans: readonly { readonly name: string; readonly span: Span | undefined }[]
): PodUsage | undefined {
  const measured = spans.flatMap(({ name: container, span }) => (span === undefined ? [] : [{ container, span }]))
  const [first] = measured
  // Half a pod would look like a small one.
  if (first === undefined || measured.length < spans.length) return undefined
  const containers: ContainerUsage[] = measured.map(({ container, span }) => ({
    name: container,
    cpuNanoCores: nanoCores(span),
    memoryBytes: span.to.sample.memoryBytes
  }))
  const { from, to } = first.span
  return { namespace, name, timestamp: new Date(to.at), windowMs: to.at - from.at, containers }
}

/** A counter that went back (a process of the tree ended unseen) counts as standing still. */
function nanoCores({ from, to }: Span): number {
  const seconds = (to.at - from.at) / 1_000
  return seconds <= 0 ? 0 : Math.max(0, Math.round((to.sample.cpuNanoSeconds - from.sample.cpuNanoSeconds) / seconds))
}
