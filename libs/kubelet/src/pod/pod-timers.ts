/** What the clock does with a pod: its deadline, and the refresh of what it mounts. None of it keeps the process. */
import type * as k8s from '@knative-ts/api/kubernetes'

/** Timers cannot be longer; a token that lives longer is looked at in between. ms. */
const longestMs = 2 ** 31 - 1

export class PodTimers {
  readonly #timers: NodeJS.Timeout[] = []

  /** Calls when the pod has been active since `startTime` for as long as it may. */
  limit({ spec }: k8s.Pod, startTime: string, onDeadline: () => void): void {
    const seconds = spec?.activeDeadlineSeconds
    if (seconds === undefined) return
    const passed = Date.now() - Date.parse(startTime)
    this.#timers.push(setTimeout(onDeadline, Math.max(0, seconds * 1_000 - passed)).unref())
  }

  /** Calls again and again; never for undefined. */
  every(ms: number | undefined, refresh: () => void): void {
    if (ms !== undefined) this.#timers.push(setInterval(refresh, Math.min(ms, longestMs)).unref())
  }

  clear(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
  }
}
