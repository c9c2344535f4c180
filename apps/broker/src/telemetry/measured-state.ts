import type { Labels, MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import type { DataPlane } from '../data-plane.ts'
import { gauge } from './gauge.ts'

/** What waits and what is under way, read when it is scraped. */
export function measuredState({ table, dispatch, sender }: DataPlane): MeasuredMetric[] {
  const lines = [...dispatch.lines()]
  const labels = ({ trigger, key }: (typeof lines)[number]['subscription']): Labels => {
    const [namespace = '', name = ''] = (trigger?.key ?? key).split('/', 2)
    return {
      'kn.subscription.kind': trigger === undefined ? 'Subscription' : 'Trigger',
      'k8s.namespace.name': namespace,
      'kn.subscription.name': name
    }
  }
  return [
    gauge(
      'kn.eventing.subscription.backlog',
      '{event}',
      'Events that wait for their turn because their subscription is slow',
      lines.map((line) => ({ labels: labels(line.subscription), value: line.backlog }))
    ),
    gauge(
      'kn.eventing.subscription.in_flight',
      '{event}',
      'Deliveries under way, those that wait for a retry included',
      lines.map((line) => ({ labels: labels(line.subscription), value: line.underWay }))
    ),
    gauge('kn.eventing.stuck', '{subscription}', 'Subscriptions and channels whose events are due and do not move', [
      { labels: {}, value: dispatch.stuck(performance.now()).length }
    ]),
    gauge('kn.eventing.attempts.active', '{attempt}', 'Requests to subscribers that are under way', [{ labels: {}, value: sender.active }]),
    gauge('kn.eventing.memory', 'By', 'What events have in memory', [
      { labels: { 'kn.eventing.use': 'taken from channels' }, value: dispatch.memory.held },
      { labels: { 'kn.eventing.use': 'under way' }, value: dispatch.memory.flights }
    ]),
    gauge('kn.eventing.channels', '{channel}', 'Channels that are kept here', [{ labels: {}, value: table.channels.size }]),
    gauge('kn.eventing.subscriptions', '{subscription}', 'Subscriptions that are served', [{ labels: {}, value: table.subscriptions.size }])
  ]
}
