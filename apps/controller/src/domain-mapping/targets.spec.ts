import { describe, expect, it } from '@jest/globals'
import type { DomainMapping, KReference, KubeObject, Resource } from '@knative-ts/api'
import { createInformerFactory } from '@knative-ts/kube'
import { fakeCluster, keptLog, kubeService, route, service, type Fault } from '@knative-ts/testing'
import { objectsOf } from '../objects.ts'
import { asTarget, guessedResource, isWatched, Targets, targetOf } from './targets.ts'

const brokers: Resource = { group: 'eventing.knative.dev', version: 'v1', plural: 'brokers', kind: 'Broker', namespaced: true }
const broker: KubeObject = { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata: { namespace: 'default', name: 'events' } }
const mapping = (ref: KReference): DomainMapping => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: { namespace: 'default', name: 'events.example.com' },
  spec: { ref }
})
const toBroker = { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'events' }

async function found(ref: KReference, objects: KubeObject[], faults: Fault[] = []) {
  const cluster = fakeCluster({ objects, resources: [brokers] })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const targets = new Targets(objectsOf(factory), cluster.client)
  await factory.start(stop.signal)
  for (const fault of faults) cluster.fail(fault)
  try {
    return await targets.find(mapping(ref))
  } finally {
    stop.abort()
  }
}

describe('what a domain leads to', () => {
  it.each([
    ['serving.knative.dev/v1', 'Service', service()],
    ['serving.knative.dev/v1', 'Route', route()],
    ['v1', 'Service', kubeService({ metadata: { name: 'hello' } })]
  ])('is found by a watch: %s %s', async (apiVersion, kind, object) => {
    const ref = { apiVersion, kind, name: 'hello' }
    expect(isWatched(ref)).toBe(true)
    // Asking the API server would fail.
    const seen = await found(ref, [object], [{ verb: 'get', resource: guessedResource(ref), error: 'Forbidden' }])
    expect(seen).toMatchObject({ object: { kind, metadata: { name: 'hello' } } })
    expect(targetOf(mapping(ref))).toEqual([asTarget(object)])
  })

  it('is asked for where its kind is not watched', async () => {
    expect(isWatched(toBroker)).toBe(false)
    expect(await found(toBroker, [broker])).toMatchObject({ object: { kind: 'Broker' } })
  })

  it.each([
    ['is not there', [], [], /not found/],
    ['may not be read', [broker], [{ verb: 'get', resource: brokers, error: 'Forbidden' }], /forbidden/i]
  ] as const)('is a problem in words when it %s', async (_what, objects, faults, words) => {
    expect(await found(toBroker, [...objects], [...faults])).toEqual({ problem: expect.stringMatching(words) })
  })

  it('is asked for again when the API server does not answer', async () => {
    await expect(found(toBroker, [broker], [{ verb: 'get', resource: brokers, error: 'InternalError' }])).rejects.toThrow()
  })

  it.each([
    ['Broker', 'brokers'],
    ['Ingress', 'ingresses'],
    ['Policy', 'policies']
  ])('%s is guessed to be one of %s', (kind, plural) => {
    expect(guessedResource({ apiVersion: 'a.b/v1', kind, name: 'x' })).toMatchObject({ group: 'a.b', version: 'v1', plural })
  })
})
