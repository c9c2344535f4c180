import { describe, expect, it } from '@jest/globals'
import { HeaderList, type InboundRequest } from '@knative-ts/proxy'
import { revision } from '@knative-ts/testing'
import { revisionFactsOf } from './revision-facts.ts'
import { revisionKeyOf } from './revision-key.ts'

const key = { namespace: 'default', name: 'hello-00001' }
const request = (host: string, fields: Record<string, string> = {}) => ({ host, headers: HeaderList.from(fields) }) as InboundRequest

describe('the revision of a request', () => {
  it.each([
    ['both headers', request('x', { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'hello-00001' }), key],
    [
      'headers before Host',
      request('other.ns.svc.cluster.local', { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'hello-00001' }),
      key
    ],
    ['one header is not enough', request('x', { 'Knative-Serving-Revision': 'hello-00001' }), undefined],
    ['Host', request('hello-00001.default.svc.cluster.local'), key],
    ['Host with port, in capitals', request('Hello-00001.default.svc.Cluster.Local:80'), key],
    ['Host of another domain', request('hello-00001.default.svc.example.com'), undefined],
    ['Host with a name too many', request('www.hello-00001.default.svc.cluster.local'), undefined],
    ['Host without namespace', request('hello-00001.svc.cluster.local'), undefined],
    ['no Host', request(''), undefined]
  ])('%s', (_what, asked, expected) => {
    expect(revisionKeyOf(asked, 'cluster.local')).toEqual(expected)
  })
})

describe('what matters of a revision', () => {
  const facts = (spec: object) => revisionFactsOf(revision({ spec: spec as never }))
  const container = { name: 'user-container', image: 'dev.local/hello' }

  it('is worked out with Knative’s defaults', () => {
    expect(facts({})).toEqual({
      containerConcurrency: 0,
      protocol: 'h1',
      port: 8012,
      deadlines: { timeoutMs: 300_000, responseStartMs: 0, idleMs: 0 },
      trustsProbe: true
    })
  })

  it.each([
    [
      'limits',
      { containerConcurrency: 7, timeoutSeconds: 10, responseStartTimeoutSeconds: 5, idleTimeoutSeconds: 2 },
      { containerConcurrency: 7, deadlines: { timeoutMs: 10_000, responseStartMs: 5_000, idleMs: 2_000 } }
    ],
    ['HTTP/2', { containers: [{ ...container, ports: [{ name: 'h2c', containerPort: 8080 }] }] }, { protocol: 'h2c', port: 8013 }],
    [
      'the port of the container that serves, not of the first',
      { containers: [container, { ...container, name: 'web', ports: [{ name: 'h2c', containerPort: 1 }] }] },
      { protocol: 'h2c' }
    ],
    [
      'a sidecar that is probed by command',
      { containers: [container, { ...container, name: 's', readinessProbe: { exec: { command: ['x'] } } }] },
      { trustsProbe: false }
    ],
    ['a startup probe', { containers: [{ ...container, startupProbe: { httpGet: {} } }] }, { trustsProbe: false }],
    [
      'a liveness command, which does not matter',
      { containers: [{ ...container, livenessProbe: { exec: { command: ['x'] } } }] },
      { trustsProbe: true }
    ]
  ])('%s', (_what, spec, expected) => {
    expect(facts(spec)).toMatchObject(expected)
  })
})
