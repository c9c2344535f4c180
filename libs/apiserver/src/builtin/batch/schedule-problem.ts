/** Cron schedules as `github.com/robfig/cron` reads them, to refuse others in its words. */

interface Bounds {
  readonly least: number
  readonly most: number
  readonly names?: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS: readonly Bounds[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS }
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const DURATION = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/

/** What is wrong with a schedule; undefined for one that can be kept. */
export function scheduleProblem(text: string): string | undefined {
  let schedule = text
  if (/^(CRON_)?TZ=/.test(schedule)) {
    const space = schedule.indexOf(' ')
    const zone = schedule.slice(schedule.indexOf('=') + 1, space < 0 ? undefined : space)
    if (!isZone(zone)) return `provided bad location ${zone}: unknown time zone ${zone}`
    schedule = space < 0 ? '' : schedule.slice(space).trim()
  }
  if (schedule.startsWith('@')) return descriptorProblem(schedule)
  const fields = schedule.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== FIELDS.length) return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [index, field] of fields.entries()) {
    const problem = fieldProblem(field, FIELDS[index] as Bounds)
    if (problem !== undefined) return problem
  }
  return undefined
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    // RangeError is how JavaScript says that there is no such zone.
    return false
  }
}

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`
  const duration = text.slice('@every '.length)
  return DURATION.test(duration) ? undefined : `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`
}

function fieldProblem(field: string, bounds: Bounds): string | undefined {
  for (const part of field.split(',').filter((one) => one !== '')) {
    const problem = rangeProblem(part, bounds)
    if (problem !== undefined) return problem
  }
  return undefined
}

function rangeProblem(text: string, { least, most, names }: Bounds): string | undefined {
  const [range = '', step, ...tooMany] = text.split('/')
  const [low = '', high, ...more] = range.split('-')
  const read = (word: string): number | string => {
    const index = names?.indexOf(word.toLowerCase()) ?? -1
    return index >= 0 ? index + (names === MONTHS ? 1 : 0) : numberOf(word)
  }
  let from: number | string = least
  let to: number | string = most
  if (low !== '*' && low !== '?') {
    from = read(low)
    if (typeof from === 'string') return from
    to = high === undefined ? from : read(high)
    if (typeof to === 'string') return to
    if (more.length > 0) return `too many hyphens: ${text}`
  }
  if (tooMany.length > 0) return `too many slashes: ${text}`
  if (step !== undefined) {
    const by = numberOf(step)
    if (typeof by === 'string') return by
    // `N/step` means from N to the end.
    if (high === undefined) to = most
    if (by === 0 && from >= least && to <= most && from <= to) return `step of range should be a positive number: ${text}`
  }
  if (from < least) return `beginning of range (${from}) below minimum (${least}): ${text}`
  if (to > most) return `end of range (${to}) above maximum (${most}): ${text}`
  return from > to ? `beginning of range (${from}) beyond end of range (${to}): ${text}` : undefined
}

function numberOf(text: string): number | string {
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text)
}
