import { errorText } from '@knative-ts/kube'
import { sampleSize } from '@knative-ts/scaling'
import type { stats } from '@knative-ts/wire'
import type { Ask } from './ask.ts'
import { scaledUp, statPort, type Scrape } from './scraper.ts'

/** How often one of the sample is asked for at most, until a pod answers that has not answered yet (reference 3.4). */
const tries = 10

/**
 * Asks a sample of `population` pods through their Service, which leads to any of them: each of the sample is asked for until a pod answers that is new
 * here and older than the stable window; younger ones fill the sample up.
 */
export async function scrapeService(
  host: string,
  population: number,
  { ask, windowMs }: { readonly ask: Ask; readonly windowMs: number }
): Promise<Scrape> {
  if (population === 0) return { kind: 'no-pods' }
  const wanted = sampleSize(population)
  const seen = new Set<string>()
  const [old, young]: [stats.Stat[], stats.Stat[]] = [[], []]
  const worker = async (): Promise<void> => {
    for (let turn = 0; turn < tries; turn++) {
      const stat = await ask(`${host}:${statPort}`)
      if (seen.has(stat.podName)) continue
      seen.add(stat.podName)
      if (stat.processUptime * 1000 < windowMs) young.push(stat)
      else {
        old.push(stat)
        return
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: wanted }, worker))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) return { kind: 'failed', reason: 'CollectionFailed', message: `${host}: ${errorText(failed.reason)}` }
  const sample = [...old, ...young].slice(0, wanted)
  if (sample.length < wanted) {
    return { kind: 'failed', reason: 'DidNotReceiveStat', message: 'did not receive stat from an unscraped pod' }
  }
  return { kind: 'scraped', report: scaledUp(sample, population) }
}
