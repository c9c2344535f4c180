/** Waits until `holds`, at most 60 s; then throws naming what was waited for. */
export async function until(holds: () => boolean, what: string | (() => string), withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline)
      throw new Error(`gave up after ${withinMs} ms: waited for ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Waits until `value` has not changed for a tenth of a second, and gives it. */
export async function settled(value: () => number): Promise<number> {
  let last = value()
  let since = performance.now()
  await until(() => {
    const now = value()
    if (now !== last) since = performance.now()
    last = now
    return performance.now() - since > 100
  }, 'a value to settle')
  return last
}
