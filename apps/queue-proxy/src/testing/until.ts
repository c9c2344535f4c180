/** Waits until `holds`; after `withinMs` throws naming what was waited for. */
export async function until(holds: () => boolean, what: string | (() => string), withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline)
      throw new Error(`gave up after ${withinMs} ms: waited for ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
