/** The three probes of one run of a container, in Kubernetes' order: startup alone first, then readiness and liveness. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ProbeTarget } from '../probe/attempt.ts'
import { runProbe } from '../probe/prober.ts'

/** Hears what the probes mean for the container. */
export interface ContainerProbeListener {
  onStarted(): void
  onReadiness(ready: boolean): void
  onUnhealthy(kind: 'Startup' | 'Readiness' | 'Liveness', message: string): void
  /** The container must be killed; `graceSeconds` is the probe's own. */
  onDead(kind: 'startup' | 'liveness', graceSeconds: number | undefined): void
}

export class ContainerProbes {
  readonly #spec: k8s.Container
  readonly #target: ProbeTarget
  readonly #listener: ContainerProbeListener
  readonly #stopped = new AbortController()

  constructor(spec: k8s.Container, target: ProbeTarget, listener: ContainerProbeListener) {
    this.#spec = spec
    this.#target = target
    this.#listener = listener
  }

  start(): void {
    const { startupProbe } = this.#spec
    if (startupProbe === undefined) return this.#afterStartup()
    const startup = new AbortController()
    this.#stopped.signal.addEventListener('abort', () => startup.abort(), { once: true })
    this.#run(startupProbe, true, startup.signal, 'Startup', (verdict) => {
      if (verdict === 'failure') return this.#listener.onDead('startup', startupProbe.terminationGracePeriodSeconds)
      startup.abort()
      this.#afterStartup()
    })
  }

  stop(): void {
    this.#stopped.abort()
  }

  #afterStartup(): void {
    const { readinessProbe, livenessProbe } = this.#spec
    this.#listener.onStarted()
    if (readinessProbe === undefined) this.#listener.onReadiness(true)
    else this.#run(readinessProbe, true, this.#stopped.signal, 'Readiness', (verdict) => this.#listener.onReadiness(verdict === 'success'))
    if (livenessProbe === undefined) return
    this.#run(livenessProbe, false, this.#stopped.signal, 'Liveness', (verdict) => {
      if (verdict === 'failure') this.#listener.onDead('liveness', livenessProbe.terminationGracePeriodSeconds)
    })
  }

  #run(
    probe: k8s.Probe,
    eager: boolean,
    signal: AbortSignal,
    kind: 'Startup' | 'Readiness' | 'Liveness',
    onVerdict: (verdict: 'success' | 'failure') => void
  ): void {
    void runProbe(probe, this.#target, eager, { onVerdict, onFailure: (message) => this.#listener.onUnhealthy(kind, message) }, signal)
  }
}
