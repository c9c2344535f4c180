const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * A time of RFC 3339 in UTC, its fraction without trailing zeros and of nine digits at most, as the original prints it; undefined when it
 * is none.
 */
export function utcOf(time: string): string | undefined {
  if (isSettled(time)) return time
  const match = rfc3339.exec(time)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) return undefined
  const fraction = (match[7] ?? '').slice(0, 9).replace(/0+$/, '')
  const shift = match[8] === undefined ? 0 : (match[8] === '-' ? 1 : -1) * (Number(match[9]) * 60 + Number(match[10]))
  if (match[8] !== undefined && (Number(match[9]) > 24 || Number(match[10]) > 59)) return undefined
  const tail = fraction === '' ? 'Z' : `.${fraction}Z`
  if (shift === 0) return `${time.slice(0, 19)}${tail}`
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute + shift, second)
  return `${date.toISOString().slice(0, -5)}${tail}`
}

const daysOf = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** Whether the time is plainly in its final form already, as nearly every one is: the regular expression below costs ten times as much. */
function isSettled(time: string): boolean {
  const end = time.length - 1
  if (end < 19 || end > 29 || time.charCodeAt(end) !== 90) return false
  for (let at = 0; at < 19; at++) {
    const code = time.charCodeAt(at)
    const wanted = separators.charCodeAt(at)
    if (wanted === 48 ? code < 48 || code > 57 : code !== wanted) return false
  }
  if (end > 19 && (time.charCodeAt(19) !== 46 || end === 20 || time.charCodeAt(end - 1) === 48)) return false
  for (let at = 20; at < end; at++) if (time.charCodeAt(at) < 48 || time.charCodeAt(at) > 57) return false
  const month = pair(time, 5)
  const day = pair(time, 8)
  // Days 29 to 31 are for the calendar to judge.
  return month > 0 && month < 13 && day > 0 && day < 29 && pair(time, 11) < 24 && pair(time, 14) < 60 && pair(time, 17) < 60
}

const separators = '0000-00-00T00:00:00'
const pair = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
