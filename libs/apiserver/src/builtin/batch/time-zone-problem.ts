/** Names of time zones, as Go's zone database knows them. */

const PART = /^[A-Za-z.\-_0-9+]{1,14}$/

/** What is wrong with a name; undefined for the name of a zone. */
export function timeZoneProblem(zone: string): string | undefined {
  if (zone === '') return 'timeZone must be nil or non-empty string'
  const isBad = zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !PART.test(part))
  if (isBad) return `unknown time zone ${zone}`
  if (zone.toLowerCase() === 'local') return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
  return isZone(zone) ? undefined : `unknown time zone ${zone}`
}

function isZone(zone: string): boolean {
  // A file of the zone database, where letters count: JavaScript knows offsets too, and any case.
  if (/^[+-]/.test(zone)) return false
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
    return timeZone.toLowerCase() !== zone.toLowerCase() || timeZone === zone
  } catch {
    // RangeError is how JavaScript says that there is no such zone.
    return false
  }
}
