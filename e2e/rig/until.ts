import { errorText } from '@knative-ts/kube'

/**
 * Waits until `look` gives something, asking every `everyMs`; rejects after `withinMs` with what was last seen of the failure. A look that is costly to
 * those who are waited for wants a longer pause than it takes.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, withinMs = 30_000, everyMs = 20): Promise<T> {
  const end = performance.now() + withinMs
  let last: unknown
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${withinMs} ms${last === undefined ? '' : ` (${errorText(last)})`}`)
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
