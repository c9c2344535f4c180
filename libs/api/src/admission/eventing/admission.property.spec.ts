import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { parseBrokerDefaults } from '../../config/eventing/broker-defaults-config.ts'
import { parseChannelDefaults } from '../../config/eventing/channel-defaults-config.ts'
import { parseEventingFeatures } from '../../config/eventing/features-config.ts'
import { parsePingDefaults } from '../../config/eventing/ping-defaults-config.ts'
import { apiVersionOf, type KubeObject } from '../../object.ts'
import { fillIn, judge } from '../admit.ts'
import { convertEventing } from './convert.ts'
import type { EventingAdmissionConfig } from './eventing-context.ts'
import { eventingKinds } from './eventing-kinds.ts'

const flags = [
  'kreference-group',
  'delivery-retryafter',
  'authentication-oidc',
  'cross-namespace-event-links',
  'new-apiserversource-filters'
]
const configs = ['disabled', 'enabled'].map((word): EventingAdmissionConfig => ({
  features: parseEventingFeatures(Object.fromEntries(flags.map((flag) => [flag, word]))),
  brokerDefaults: parseBrokerDefaults({
    'default-br-config': 'clusterDefault: {brokerClass: A, kind: ConfigMap, name: a, apiVersion: v1}'
  }),
  channelDefaults: parseChannelDefaults({ 'default-ch-config': 'clusterDefault: {apiVersion: a/v1, kind: A}' }),
  pingDefaults: parsePingDefaults({ 'data-max-size': '5' }),
  systemNamespace: 'knative-eventing',
  parseCesql: (text) => {
    if (text.length % 2 === 1) throw new Error('odd')
  }
}))

const ref = { apiVersion: 'v1', kind: 'Service', name: 'a' }
const delivery = { retry: 1, backoffPolicy: 'linear', backoffDelay: 'PT1S', timeout: 'PT1S', deadLetterSink: { ref } }
const filters = [{ all: [{ exact: { type: 'a' } }, { not: { prefix: { type: 'b' } } }] }, { cesql: 'a = 1' }]
const pod = { containers: [{ name: 'c', image: 'i', env: [{ name: 'A', value: 'b' }], resources: { limits: { cpu: '1' } } }] }

/** Something in every place that the rules look at, of all kinds in one. */
const full = {
  config: ref,
  delivery,
  broker: 'default',
  brokerRef: ref,
  filter: { attributes: { type: 'a' } },
  filters,
  subscriber: { uri: 'http://a.example/', CACerts: 'x' },
  reply: { ref, uri: '/x' },
  channel: ref,
  channelTemplate: { apiVersion: 'a/v1', kind: 'A', spec: { a: 1 } },
  subscribers: [{ uid: 'u', subscriberUri: 'http://a.example/', delivery }],
  steps: [{ ref, delivery }],
  branches: [{ filter: { ref }, subscriber: { ref }, reply: { ref }, delivery }],
  sink: { ref },
  ceOverrides: { extensions: { a: 'b' } },
  schedule: '* * * * *',
  timezone: 'UTC',
  data: '{"a":1}',
  contentType: 'application/json',
  resources: [{ apiVersion: 'v1', kind: 'Event', selector: { matchLabels: { a: 'b' } } }],
  template: { metadata: { labels: { a: 'b' } }, spec: pod },
  subject: { apiVersion: 'apps/v1', kind: 'Deployment', selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] } },
  job: { metadata: {}, spec: { template: { spec: pod } } },
  from: [{ sub: 'a*' }, { ref }],
  to: [{ ref }, { selector: { matchLabels: { a: 'b' } } }],
  jsonata: { expression: 'a' },
  timer: { message: 'a', period: 1 },
  aws: { s3: { arn: 'a', region: 'b' }, auth: { secret: { ref: { name: 'a' } } } },
  log: { level: 'INFO' },
  type: 'a',
  source: 'http://a.example/',
  reference: ref,
  attributes: [{ name: 'type', value: 'a', required: true }]
}

type Path = readonly (string | number)[]

/** Every place in a value, as a list of keys. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [path, ...keys.flatMap((key) => places((value as Record<string | number, unknown>)[key], [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const inner = replaced((value as Record<string | number, unknown>)[key], rest, by)
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? inner : item))
  return { ...(value as object), [key]: inner }
}

/** Of a spec, the parts that a kind knows: what it does not know is refused before anything is looked at. */
const known = new Map(
  eventingKinds.map((kind) => [
    kind,
    Object.keys(full).filter((key) => {
      const asked = { apiVersion: apiVersionOf(kind.resource), kind: kind.resource.kind, metadata: {}, spec: { [key]: undefined } }
      return kind.decode(asked as KubeObject).ok
    })
  ])
)

/** What every kind says to a spec, created, updated and converted: texts, '' where it is good. */
function verdicts(spec: unknown, annotations: Record<string, string>): string[] {
  return eventingKinds.flatMap((kind) => {
    const keys = known.get(kind) ?? []
    const own =
      typeof spec === 'object' && spec !== null && !Array.isArray(spec)
        ? Object.fromEntries(Object.entries(spec).filter(([key]) => keys.includes(key)))
        : spec
    const metadata = { name: 'hello', namespace: 'default', annotations }
    const asked = { kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource), metadata, spec: own } as KubeObject
    const converted = convertEventing(asked, asked.apiVersion)
    return configs.flatMap((config) => {
      const question = { operation: 'CREATE', subresource: '', object: asked, user: 'alice' } as const
      const filled = fillIn(kind, question, config)
      const created = judge(kind, { ...question, object: filled.ok ? filled.object : asked }, config)
      const updated = judge(kind, { ...question, operation: 'UPDATE', oldObject: asked, object: asked }, config)
      return [created.refusal ?? '', updated.refusal ?? '', converted.ok ? '' : converted.error]
    })
  })
}

const isText = (value: unknown): boolean => typeof value === 'string'
const annotated = [
  'knative.dev/dependency',
  'eventing.knative.dev/injection',
  'eventing.knative.dev/scope',
  'eventing.knative.dev/broker.class'
]

describe('admission of Eventing survives', () => {
  it('any JSON as spec', () => {
    fc.assert(fc.property(fc.jsonValue(), (spec) => verdicts(spec, {}).every(isText)))
  })

  it('any JSON in any place of a full spec, and any text in annotations', () => {
    const everywhere = places(full)
    fc.assert(
      fc.property(fc.constantFrom(...everywhere), fc.jsonValue(), fc.constantFrom(...annotated), fc.string(), (path, value, key, text) => {
        expect(verdicts(replaced(full, path, value), { [key]: text }).every(isText)).toBe(true)
      }),
      { numRuns: 150 }
    )
  })

  it('any text as URL, period, schedule and data', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const spec = {
          ...full,
          subscriber: { uri: text },
          schedule: text,
          timezone: text,
          data: text,
          delivery: { ...delivery, timeout: text }
        }
        expect(verdicts(spec, {}).every(isText)).toBe(true)
      }),
      { numRuns: 50 }
    )
  })
})
