import { Agent, get } from 'node:http'
import type * as k8s from '@knative-ts/api/kubernetes'
import { sampleSize, type LoadReport } from '@knative-ts/scaling'
import { stats } from '@knative-ts/wire'
import { errorText } from '@knative-ts/kube'

/** Milliseconds that one pod may take to answer (reference 3.4). */
const timeoutMs = 3_000
/** Port of the queue-proxy's statistics. */
export const statPort = 9_090

/** Asks one address for its statistics; rejects when it does not answer with them. */
export type AskPod = (address: string) => Promise<stats.Stat>

/** What a scrape gave: the load of the whole revision, nothing because there are no pods, or why it failed. */
export type Scrape =
  | { readonly kind: 'scraped'; readonly report: LoadReport }
  | { readonly kind: 'no-pods' }
  | { readonly kind: 'failed'; readonly message: string }

/**
 * Asks a sample of the pods, older ones first, and scales what they say up to all of them. A pod that fails is replaced by another;
 * too few answers are a failure, because half a picture would shrink the revision.
 */
export async function scrapePods(
  pods: readonly k8s.Pod[],
  options: { readonly ask: AskPod; readonly oldBefore: number; readonly random: () => number }
): Promise<Scrape> {
  if (pods.length === 0) return { kind: 'no-pods' }
  const wanted = sampleSize(pods.length)
  const queue = ordered(pods, options.oldBefore, wanted, options.random)
  const answers: stats.Stat[] = []
  let failure = ''
  const worker = async (): Promise<void> => {
    for (let pod = queue.shift(); pod !== undefined; pod = queue.shift()) {
      try {
        answers.push(await options.ask(`${pod.status?.podIP ?? ''}:${statPort}`))
        return
      } catch (error) {
        failure = `${pod.metadata.name ?? ''}: ${errorText(error)}`
      }
    }
  }
  await Promise.all(Array.from({ length: wanted }, worker))
  if (answers.length < wanted) return { kind: 'failed', message: `${answers.length} of ${wanted} pods answered; last failure: ${failure}` }
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

function scaledUp(answers: readonly stats.Stat[], population: number): LoadReport {
  const sum = (field: keyof LoadReport): number =>
    (answers.reduce((total, answer) => total + answer[field], 0) / answers.length) * population
  return {
    averageConcurrentRequests: sum('averageConcurrentRequests'),
    averageProxiedConcurrentRequests: sum('averageProxiedConcurrentRequests'),
    requestCount: sum('requestCount'),
    proxiedRequestCount: sum('proxiedRequestCount')
  }
}

/** Asks over HTTP, reusing connections. */
export function createAskPod(agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })): AskPod {
  return (address) =>
    new Promise((resolve, reject) => {
      const request = get(
        `http://${address}/metrics`,
        { agent, timeout: timeoutMs, headers: { accept: 'application/protobuf' } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode ?? 0}`))
            else resolve(stats.Stat.decode(Buffer.concat(chunks)))
          })
        }
      )
      request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      request.on('error', reject)
    })
}
