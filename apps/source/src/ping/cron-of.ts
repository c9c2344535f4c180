import { Cron } from 'croner'

/** What the descriptors of robfig/cron stand for, with seconds. */
const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *'
}
const bounds = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6]
] as const
const names = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/**
 * The times of a schedule as robfig/cron reads it: five fields, six with seconds first, or a descriptor, perhaps after `CRON_TZ=zone`. Each
 * field is written out before croner sees it, so that `5/15` and `?` mean what they mean there. In UTC unless a zone is given. Throws an
 * Error for what admission should have refused.
 */
export function cronOf(schedule: string, timezone?: string): Cron {
  const prefixed = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/.exec(schedule)
  const zone = prefixed?.[1] || timezone || 'UTC'
  const text = (prefixed?.[2] ?? schedule).trim()
  const fields = (descriptors[text] ?? text).split(/\s+/)
  if (fields.length < 5 || fields.length > 6) throw new Error(`the schedule ${JSON.stringify(schedule)} should have five or six fields`)
  const six = fields.length === 6 ? fields : ['0', ...fields]
  const pattern = six.map((field, index) => written(field, index)).join(' ')
  return new Cron(pattern, { paused: true, ...(zone !== 'Local' && { timezone: zone }) })
}

/** A field as `*` or as a list of numbers. */
function written(field: string, index: number): string {
  if (field === '*' || field === '?') return '*'
  const [least, most] = bounds[index]!
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [span = '', step] = part.split('/')
    const [low = '', high] = span.split('-')
    const all = low === '*' || low === '?'
    const from = all ? least : numberOf(low, index)
    const to = all ? most : high !== undefined ? numberOf(high, index) : step === undefined ? from : most
    for (let value = from; value <= to; value += step === undefined ? 1 : Number(step)) values.add(value)
  }
  return [...values].join(',')
}

function numberOf(text: string, index: number): number {
  const list = index === 4 ? names : index === 5 ? days : []
  const named = list.indexOf(text.toLowerCase())
  return named < 0 ? Number(text) : named + (index === 4 ? 1 : 0)
}
