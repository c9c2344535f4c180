import type { Clock } from '@knative-ts/kube'

/** Does `action` every `ms` milliseconds, for the first time after one of them, until `signal` aborts. */
export function beat(clock: Clock, ms: number, signal: AbortSignal, action: () => void): void {
  if (signal.aborted) return
  let cancel = (): void => undefined
  const next = (): void => {
    cancel = clock.after(ms, () => {
      next()
      action()
    })
  }
  next()
  signal.addEventListener('abort', () => cancel(), { once: true })
}
