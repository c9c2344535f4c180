/** Schedules as robfig/cron reads them: five fields, or six with seconds first, or a descriptor; perhaps a zone before them. */
import { parseDuration } from './duration.ts'
import { quote } from './parsed.ts'

interface Field {
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
}

const field = (from: number, to: number, names: readonly string[] = []): Field => ({ from, to, names })
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const fields = [field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12, months), field(0, 6, days)]
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const EVERY = '@every '

/** What is wrong with a schedule, in robfig's words; undefined when nothing is. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule === '') return 'empty spec string'
  let text = schedule
  if (schedule.startsWith('TZ=') || schedule.startsWith('CRON_TZ=')) {
    const blank = schedule.indexOf(' ')
    const zone = schedule.slice(schedule.indexOf('=') + 1, blank < 0 ? undefined : blank)
    const problem = zoneProblem(zone)
    if (problem !== undefined) return `provided bad location ${zone}: ${problem}`
    text = blank < 0 ? '' : schedule.slice(blank).trim()
  }
  return text.startsWith('@') ? descriptorProblem(text) : fieldsProblem(text.split(/\s+/).filter((part) => part !== ''))
}

/** What is wrong with the name of a time zone, in Go's words; undefined when nothing is. */
export function zoneProblem(zone: string): string | undefined {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return undefined
  if (zone.split('/').includes('..') || zone.startsWith('/') || zone.startsWith('\\')) return 'time: invalid location name'
  return isZone(zone) ? undefined : `unknown time zone ${zone}`
}

/** Names are files in Go, so their case counts; the language's own list takes any case, and offsets. */
function isZone(zone: string): boolean {
  if (!/^[A-Z]/.test(zone)) return false
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    return known === zone || known.toLowerCase() !== zone.toLowerCase()
  } catch {
    // A RangeError: there is no such zone.
    return false
  }
}

function descriptorProblem(text: string): string | undefined {
  if (descriptors.includes(text)) return undefined
  if (!text.startsWith(EVERY)) return `unrecognized descriptor: ${text}`
  const every = parseDuration(text.slice(EVERY.length))
  return every.ok ? undefined : `failed to parse duration ${text}: ${every.error}`
}

function fieldsProblem(texts: readonly string[]): string | undefined {
  if (texts.length < 5 || texts.length > 6) return `expected 5 to 6 fields, found ${texts.length}: [${texts.join(' ')}]`
  const six = texts.length === 6 ? texts : ['0', ...texts]
  for (const [index, text] of six.entries()) {
    const bounds = fields[index]
    if (bounds === undefined) return undefined
    for (const range of text.split(',').filter((part) => part !== '')) {
      const problem = rangeProblem(range, bounds)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

function rangeProblem(range: string, bounds: Field): string | undefined {
  const [span = '', step, ...moreSteps] = range.split('/')
  const [low = '', high, ...more] = span.split('-')
  let from = bounds.from
  let to = bounds.to
  if (low !== '*' && low !== '?') {
    const start = numberOf(low, bounds.names)
    if (typeof start === 'string') return start
    const end = high === undefined ? start : more.length > 0 ? `too many hyphens: ${range}` : numberOf(high, bounds.names)
    if (typeof end === 'string') return end
    from = start
    to = end
  }
  if (moreSteps.length > 0) return `too many slashes: ${range}`
  const every = step === undefined ? 1 : numberOf(step, [])
  if (typeof every === 'string') return every
  if (step !== undefined && high === undefined) to = bounds.to
  if (from < bounds.from) return `beginning of range (${from}) below minimum (${bounds.from}): ${range}`
  if (to > bounds.to) return `end of range (${to}) above maximum (${bounds.to}): ${range}`
  if (from > to) return `beginning of range (${from}) beyond end of range (${to}): ${range}`
  return every === 0 ? `step of range should be a positive number: ${range}` : undefined
}

/** A number or a name; a text is what is wrong. */
function numberOf(text: string, names: readonly string[]): number | string {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + (names === months ? 1 : 0)
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: invalid syntax`
  const number = Number(text)
  if (!Number.isSafeInteger(number)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: value out of range`
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number
}
