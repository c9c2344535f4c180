/** Completion indexes of Indexed Jobs, and their text form `0,2-4`. */
import type { Pod } from '@knative-ts/api/kubernetes'

export const indexAnnotation = 'batch.kubernetes.io/job-completion-index'

/** The index that a pod works on; undefined when it has none below `completions`. */
export function indexOf(pod: Pod, completions: number): number | undefined {
  const text = pod.metadata.annotations?.[indexAnnotation] ?? ''
  const index = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return index < completions ? index : undefined
}

/** Reads `0,2-4`; what is no index below `completions` is left out. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const found = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const [first = '', last = first] = part.split('-')
    if (!/^\d+$/.test(first) || !/^\d+$/.test(last)) continue
    for (let index = Number(first); index <= Number(last) && index < completions; index++) found.add(index)
  }
  return found
}

export function indexesText(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let at = 0; at < sorted.length; at++) {
    const first = sorted[at]
    while (sorted[at + 1] === (sorted[at] ?? 0) + 1) at++
    const last = sorted[at] ?? 0
    // Two in a row are written as two.
    parts.push(first === last ? `${first}` : first === last - 1 ? `${first},${last}` : `${first}-${last}`)
  }
  return parts.join(',')
}

/** The lowest `count` indexes below `completions` that are not `taken`. */
export function firstFree(count: number, completions: number, taken: ReadonlySet<number>): number[] {
  const free: number[] = []
  for (let index = 0; index < completions && free.length < count; index++) if (!taken.has(index)) free.push(index)
  return free
}
