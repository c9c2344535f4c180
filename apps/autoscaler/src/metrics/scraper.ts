import type * as k8s from '@knative-ts/api/kubernetes'
import { sampleSize, type LoadReport } from '@knative-ts/scaling'
import type { stats } from '@knative-ts/wire'
import { errorText } from '@knative-ts/kube'
import { RefusedError, type Ask } from './ask.ts'

/** Port of the queue-proxy's statistics. */
export const statPort = 9_090

/** What a scrape gave: the load of the whole revision, nothing because there are no pods, or why it failed. */
export type Scrape = { readonly kind: 'scraped'; readonly report: LoadReport } | { readonly kind: 'no-pods' } | ScrapeFailure

/** `reason` is the Metric's. `mesh`: everybody answered what a mesh answers that lets nobody through to a pod's own address. */
export interface ScrapeFailure {
  readonly kind: 'failed'
  readonly reason: 'CollectionFailed' | 'DidNotReceiveStat'
  readonly message: string
  readonly mesh?: boolean
}

/**
 * Asks a sample of the pods, older ones first, and scales what they say up to all of them. A pod that fails is replaced by another;
 * too few answers are a failure, because half a picture would shrink the revision.
 */
export async function scrapePods(
  pods: readonly k8s.Pod[],
  options: { readonly ask: Ask; readonly oldBefore: number; readonly random: () => number }
): Promise<Scrape> {
  if (pods.length === 0) return { kind: 'no-pods' }
  const wanted = sampleSize(pods.length)
  const queue = ordered(pods, options.oldBefore, wanted, options.random)
  const answers: stats.Stat[] = []
  let failure = ''
  let mesh = true
  const worker = async (): Promise<void> => {
    for (let pod = queue.shift(); pod !== undefined; pod = queue.shift()) {
      try {
        answers.push(await options.ask(`${pod.status?.podIP ?? ''}:${statPort}`))
        return
      } catch (error) {
        mesh &&= isOfMesh(error)
        failure = `${pod.metadata.name ?? ''}: ${errorText(error)}`
      }
    }
  }
  await Promise.all(Array.from({ length: wanted }, worker))
  if (answers.length < wanted) {
    const message = `${answers.length} of ${wanted} pods answered; last failure: ${failure}`
    return { kind: 'failed', reason: 'CollectionFailed', message, mesh: mesh && answers.length === 0 }
  }
  return { kind: 'scraped', report: scaledUp(answers, pods.length) }
}

function ordered(pods: readonly k8s.Pod[], oldBefore: number, wanted: number, random: () => number): k8s.Pod[] {
  const isOld = (pod: k8s.Pod): boolean => Date.parse(pod.metadata.creationTimestamp ?? '') < oldBefore
  const old = pods.filter(isOld)
  const young = pods.filter((pod) => !isOld(pod))
  return [...(old.length >= wanted ? shuffled(old, random) : old), ...young]
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

/** Bad gateway, or service unavailable. */
const isOfMesh = (error: unknown): boolean => error instanceof RefusedError && (error.status === 502 || error.status === 503)

/** The load of `population` pods, of which these are a sample. */
export function scaledUp(answers: readonly stats.Stat[], population: number): LoadReport {
  const sum = (field: keyof LoadReport): number =>
    (answers.reduce((total, answer) => total + answer[field], 0) / answers.length) * population
  return {
    averageConcurrentRequests: sum('averageConcurrentRequests'),
    averageProxiedConcurrentRequests: sum('averageProxiedConcurrentRequests'),
    requestCount: sum('requestCount'),
    proxiedRequestCount: sum('proxiedRequestCount')
  }
}
