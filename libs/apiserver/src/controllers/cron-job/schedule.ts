/** When a CronJob's schedule falls due: five fields, `@hourly` and the like, or `@every 1h30m`. Times in ms since the epoch. */
import { Cron } from 'croner'

export interface Schedule {
  /** The first time after `after`; undefined when there is none. */
  next(after: number): number | undefined
  /** The last time that is not after `until` and later than `since`; undefined when there is none. */
  last(since: number, until: number): number | undefined
}

/** Throws an Error that says what cannot be read; `timeZone` must be a name that the runtime knows. Without one: UTC. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const every = /^@every\s+(\S+)$/.exec(text.trim())?.[1]
  if (every !== undefined) return periodic(durationMs(every))
  // In Kubernetes' dialect `?` is another way to write `*`; in croner's it is the time of the start.
  const cron = new Cron(text.trim().replaceAll('?', '*'), { timezone: timeZone, mode: '5-part', paused: true })
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    last(since, until) {
      const found = cron.previousRuns(1, new Date(until + 1000)).find((time) => time.getTime() <= until)
      return found === undefined || found.getTime() <= since ? undefined : found.getTime()
    }
  }
}

/** Whether the runtime knows the time zone; `Local` is not a name that a schedule may use. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name.toLowerCase() === 'local') return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // A RangeError is how the runtime says that it does not know the name.
    return false
  }
}

/** Counted from where it is asked, in whole seconds, and never more often than once a second. */
function periodic(period: number): Schedule {
  const start = (time: number) => Math.floor(time / 1000) * 1000
  return {
    next: (after) => start(after) + period,
    last(since, until) {
      const periods = Math.floor((until - start(since)) / period)
      return periods < 1 ? undefined : start(since) + periods * period
    }
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function durationMs(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) throw new Error(`@every ${text}: give a duration such as 1h30m`)
  let total = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * (units[unit] ?? 0)
  return Math.max(Math.floor(total / 1000), 1) * 1000
}
