import { errorText } from '@knative-ts/kube'

/** Share of what was waited already that passes until the next look, and its bound in ms: who takes long is not kept from it by being asked. */
const PATIENCE = 0.1
const LONGEST_PAUSE_MS = 250

/**
 * Waits until `look` gives something, asking every `everyMs` and less often as it takes longer; rejects after `withinMs` with what was last seen of the
 * failure. A look that is costly to those who are waited for wants a longer pause than it takes.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, withinMs = 60_000, everyMs = 20): Promise<T> {
  const began = performance.now()
  const end = began + withinMs
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
    const pauseMs = Math.max(everyMs, Math.min(LONGEST_PAUSE_MS, (performance.now() - began) * PATIENCE))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
