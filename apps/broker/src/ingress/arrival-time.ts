/** When an event came, as CloudEvents print a time (RFC 3339, UTC). `ms` since 1970; fractions of it are kept. */
export function arrivalTime(ms: number): string {
  const whole = Math.floor(ms)
  if (whole !== lastMs) {
    lastMs = whole
    lastText = new Date(whole).toISOString()
  }
  return lastText
}

/** Thousands of events come in one second. */
let lastMs = Number.NaN
let lastText = ''
