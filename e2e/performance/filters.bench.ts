/**
 * What the event codec and the filters cost on one core: events parsed from headers, evaluations of an exact and of a CESQL filter.
 * `npm run bench -- filters [ROUNDS]`
 */
import { compileFilters, type CloudEvent, FilterIndex, type HeaderSource, readEvent } from '@knative-ts/eventing'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'

const rounds = Number(process.argv[2] ?? 7)
const body = new Uint8Array(1024).fill(120)
/** Headers as a CloudEvents SDK sends them, amid those of every request; a few differ from event to event. */
const headersOf = (index: number): HeaderSource => {
  const headers: [string, string][] = [
    ['host', 'broker-ingress.knative-eventing.svc.cluster.local'],
    ['content-type', 'application/json'],
    ['ce-specversion', '1.0'],
    ['ce-id', `4c9b0d3e-${index}`],
    ['ce-type', index % 2 === 0 ? 'com.example.order.created' : 'com.example.order.paid'],
    ['ce-source', `/orders/${index % 10}`],
    ['ce-time', '2026-01-01T00:00:00.123Z'],
    ['ce-region', index % 3 === 0 ? 'eu' : 'us'],
    ['content-length', '1024']
  ]
  return {
    forEach(visit) {
      for (let at = 0; at < headers.length; at++) visit(headers[at]![0], headers[at]![1])
    }
  }
}
const sources = Array.from({ length: 1000 }, (_, index) => headersOf(index))
const events = sources.map((headers) => readEvent(headers, body))

/** Operations a second: the median of rounds of a fifth of a second, after one that compiles. */
function rate(operate: (index: number) => unknown): number {
  const rates: number[] = []
  let kept: unknown
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now()
    let operations = 0
    while (performance.now() - began < 200) {
      for (let index = 0; index < 1000; index++) kept = operate(index)
      operations += 1000
    }
    if (round > 0) rates.push(operations / ((performance.now() - began) / 1000))
  }
  if (kept === undefined) throw new Error('an operation gave nothing')
  return percentile(rates, 0.5)
}

const matching = (filters: Parameters<typeof compileFilters>[0]): ((index: number) => boolean) => {
  const filter = compileFilters(filters)
  const passed = events.filter((event) => filter.matches(event)).length
  if (passed === 0 || passed === events.length) throw new Error('the filter should tell events apart')
  return (index) => filter.matches(events[index] as CloudEvent)
}

/** One of a thousand triggers matches an event. */
const triggers = new FilterIndex<number>()
for (let id = 0; id < 1000; id++) triggers.set(String(id), compileFilters({ attributes: { id: `4c9b0d3e-${id}` } }), id)

const say = (name: string, value: number, goal?: number): void =>
  figure('filters', name, Math.round(value), '1/s', { ...(goal !== undefined && { goal }), rounds, ...machine() })
say('exact_per_s', rate(matching({ filters: [{ exact: { type: 'com.example.order.created' } }] })), 5e6)
say('cesql_per_s', rate(matching({ filters: [{ cesql: "type LIKE 'com.example.%' AND region IN ('eu', 'asia')" }] })), 2e6)
say(
  'parse_binary_per_s',
  rate((index) => readEvent(sources[index] as HeaderSource, body)),
  1e6
)
say(
  'index_1000_per_s',
  rate((index) => triggers.match(events[index] as CloudEvent)[0])
)
