/** How many replicas an autoscaler wants, from its metrics. */
import { keyOf, keyText } from '@knative-ts/api'
import type { HorizontalPodAutoscaler, MetricStatus, Pod } from '@knative-ts/api/kubernetes'
import { MetricFailure, proposalOf, type MetricProposal, type MetricWorld } from './metric-proposal.ts'

export interface Decision {
  readonly replicas: number
  /** Name of the metric that asked for the most. */
  readonly metric: string
}

export interface Decided {
  /** Undefined: nothing may be done, because of `failure`. */
  readonly decision: Decision | undefined
  readonly statuses: readonly MetricStatus[]
  readonly failures: readonly MetricFailure[]
  /** All failures in one sentence. */
  readonly summary: string
}

/** The metric that asks for the most wins. One that cannot be read keeps the others from scaling down. */
export async function decide(autoscaler: HorizontalPodAutoscaler, world: MetricWorld): Promise<Decided> {
  const specs = autoscaler.spec?.metrics ?? []
  const found: MetricProposal[] = []
  const statuses: MetricStatus[] = []
  const failures: MetricFailure[] = []
  for (const spec of specs) {
    try {
      const proposal = await proposalOf(autoscaler, spec, world)
      found.push(proposal)
      statuses.push(proposal.status)
    } catch (error) {
      if (!(error instanceof MetricFailure)) throw error
      failures.push(error)
      statuses.push({ type: '' })
    }
  }
  const most = found.reduce<MetricProposal | undefined>(
    (best, next) => (best === undefined || next.replicas > best.replicas ? next : best),
    undefined
  )
  const first = failures[0]
  const summary = `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first?.message ?? ''}`
  const blocked = failures.length >= specs.length || (failures.length > 0 && (most?.replicas ?? 0) < world.current)
  const decision = blocked || most === undefined ? undefined : { replicas: most.replicas, metric: most.name }
  return { decision, statuses, failures, summary }
}

/** Which autoscalers claim pods: two that claim the same one would pull at it from both sides. */
export class SelectorClaims {
  readonly #selectors = new Map<string, { readonly namespace: string; readonly name: string; readonly matches: (pod: Pod) => boolean }>()

  claim(autoscaler: HorizontalPodAutoscaler, matches: (pod: Pod) => boolean): void {
    const key = keyOf(autoscaler)
    this.#selectors.set(keyText(key), { ...key, matches })
  }

  release(key: string): void {
    this.#selectors.delete(key)
  }

  /** Names of all autoscalers that claim any of the pods of a namespace. */
  claiming(namespace: string, pods: readonly Pod[]): string[] {
    const same = [...this.#selectors.values()].filter((one) => one.namespace === namespace && pods.some(one.matches))
    return same.map(({ name }) => name).sort()
  }
}
