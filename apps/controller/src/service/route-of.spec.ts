import { expect, it } from '@jest/globals'
import type { Service } from '@knative-ts/api'
import { routeOf } from './route-of.ts'

const of = (traffic?: Service['spec']['traffic']) =>
  routeOf({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default' },
    spec: traffic === undefined ? {} : { traffic }
  }).spec.traffic

it.each([
  ['that was stored before the webhook was asked', undefined],
  ['with an empty list', []],
  ['with the default', [{ latestRevision: true, percent: 100 }]]
])('a Service %s leads to its latest revision', (_what, traffic) =>
  expect(of(traffic)).toEqual([{ latestRevision: true, percent: 100, configurationName: 'hello' }])
)
