import { durationBounds } from '@knative-ts/telemetry/duration-bounds'
import { Counter } from '@knative-ts/telemetry/requests/counter'
import { Histogram, type Series } from '@knative-ts/telemetry/requests/histogram'
import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import type { DeliveryEnd, HopKind } from '../delivery/delivery.ts'
import type { Channel } from '../table/channel.ts'
import type { Subscription } from '../table/subscription.ts'

/** Combinations of object, event type and status that are told apart. */
const mostSeries = 2_000

const system: Labels = { 'messaging.system': 'knative' }

/** What was recorded last of a subscription: the next event is likely to be of the same kind. */
interface Last {
  readonly type: string
  readonly process: Series
  status: number
  attempts: Series | undefined
}

/** Durations under upstream's names (reference 3.11), and how deliveries end. Recording allocates nothing once a series is there. */
export class EventMetrics {
  readonly #dispatch = new Histogram(
    { name: 'kn.eventing.dispatch.duration', unit: 's', description: 'The duration to dispatch the event' },
    durationBounds,
    system,
    mostSeries
  )
  readonly #process = new Histogram(
    { name: 'kn.eventing.process.duration', unit: 's', description: 'The duration to process the event' },
    durationBounds,
    system,
    mostSeries
  )
  readonly #ended = new Counter({
    name: 'kn.eventing.events',
    unit: '{event}',
    description: 'Events that came to their end for a subscription: delivered, dead-lettered or dropped'
  })

  readonly #last = new WeakMap<Subscription, Last>()
  /** What was recorded last of a broker's door: one after the other are often of the same kind. */
  #lastIngress: { readonly broker: string; readonly type: string; readonly status: number; readonly series: Series | undefined } = {
    broker: '',
    type: '',
    status: 0,
    series: undefined
  }

  /** A broker's door has answered. */
  ingress(broker: string, type: string, status: number, seconds: number): void {
    const last = this.#lastIngress
    if (last.broker !== broker || last.type !== type || last.status !== status) {
      this.#lastIngress = { broker, type, status, series: this.#ingressSeries(broker, type, status) }
    }
    this.#lastIngress.series?.record(seconds)
  }

  /** A channel's door has. */
  channel({ key }: Channel, type: string, status: number, seconds: number): void {
    this.#dispatch
      .series(`c ${key} ${status} ${type}`, () => ({
        'messaging.operation.name': 'send',
        'messaging.destination.name': key,
        ...objectLabels('kn.channel', key),
        'cloudevents.type': type,
        'url.scheme': 'http',
        'http.response.status_code': status
      }))
      .record(seconds)
  }

  /** An attempt at a subscription's destination is over; status 0: there was no answer. */
  attempted(subscription: Subscription, kind: HopKind, url: string, type: string, status: number, seconds: number): void {
    const last = this.#lastOf(subscription, type)
    if (kind === 'subscriber' && last.status === status && last.attempts !== undefined) {
      last.attempts.record(seconds)
      return
    }
    const series = this.#seriesOf(subscription, kind, url, type, status)
    series.record(seconds)
    if (kind !== 'subscriber') return
    last.status = status
    last.attempts = series
  }

  /** An event is delivered: from when it was taken from its channel to the end of its reply. */
  ended(subscription: Subscription, end: DeliveryEnd, type: string, seconds: number): void {
    this.#lastOf(subscription, type).process.record(seconds)
    this.#ended.add(endKeyOf(subscription, end), () => ({ ...owner(subscription), 'kn.eventing.outcome': end }))
  }

  #ingressSeries(broker: string, type: string, status: number): Series {
    return this.#dispatch.series(`b ${broker} ${status} ${type}`, () => ({
      'messaging.operation.name': 'send',
      'messaging.destination.name': broker,
      ...objectLabels('kn.broker', broker),
      'cloudevents.type': type,
      'url.scheme': 'http',
      'http.response.status_code': status
    }))
  }

  get measured(): readonly MeasuredMetric[] {
    return [this.#dispatch.measured, this.#process.measured, this.#ended.measured]
  }

  #lastOf(subscription: Subscription, type: string): Last {
    const last = this.#last.get(subscription)
    if (last?.type === type) return last
    const process = this.#process.series(`${subscription.uid} ${type}`, () => ({
      'messaging.operation.name': 'process',
      ...owner(subscription),
      'cloudevents.type': type
    }))
    const made = { type, process, status: -1, attempts: undefined }
    this.#last.set(subscription, made)
    return made
  }

  #seriesOf(subscription: Subscription, kind: HopKind, url: string, type: string, status: number): Series {
    return this.#dispatch.series(`${subscription.uid} ${kind} ${status} ${type}`, () => ({
      'messaging.operation.name': 'send',
      'messaging.destination.name': url,
      'kn.eventing.hop': kind,
      ...owner(subscription),
      'cloudevents.type': type,
      'url.scheme': url.startsWith('https:') ? 'https' : 'http',
      ...(status === 0 ? { 'error.type': 'no_answer' } : { 'http.response.status_code': status })
    }))
  }
}

const deliveredKeys = new WeakMap<Subscription, string>()

/** Nearly all ends are one: its key is not made anew for each event. */
function endKeyOf(subscription: Subscription, end: DeliveryEnd): string {
  if (end !== 'delivered') return `${subscription.uid} ${end}`
  const known = deliveredKeys.get(subscription)
  if (known !== undefined) return known
  const made = `${subscription.uid} ${end}`
  deliveredKeys.set(subscription, made)
  return made
}

function objectLabels(prefix: string, key: string): Labels {
  const [namespace = '', name = ''] = key.split('/', 2)
  return { [`${prefix}.name`]: name, [`${prefix}.namespace`]: namespace }
}

function owner({ trigger, key, channel }: Subscription): Labels {
  if (trigger !== undefined) return { ...objectLabels('kn.trigger', trigger.key), ...objectLabels('kn.broker', trigger.broker) }
  return { ...objectLabels('kn.subscription', key), ...objectLabels('kn.channel', channel) }
}
