/** Durations as kubectl's printers write them: `k8s.io/apimachinery/pkg/util/duration.HumanDuration`. */
export function ageText(since: string | undefined | null, now: number): string {
  if (since === undefined || since === null) return '<unknown>'
  const start = Date.parse(since)
  return Number.isNaN(start) ? '<unknown>' : durationText(now - start)
}

/** `milliseconds` in at most two units; more than a second in the future is invalid. */
export function durationText(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (hours < 192) return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24)}d`
  if (hours < 24 * 365 * 8) return two(Math.floor(hours / 24 / 365), 'y', Math.floor(hours / 24) % 365, 'd')
  return `${Math.floor(hours / 24 / 365)}y`
}

const two = (large: number, unit: string, small: number, smaller: string) =>
  small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smaller}`
