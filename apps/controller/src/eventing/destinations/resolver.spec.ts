import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { inMemoryChannels, parseKReferenceMapping, type Destination, type KReferenceMapping } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { createInformerFactory, type KubeClient, type RawRequest } from '@knative-ts/kube'
import { fakeCluster, keptLog } from '@knative-ts/testing'
import { aChannel, aService, aSubscription } from '../testing/eventing-objects.ts'
import { ObjectFinder } from './object-finder.ts'
import { ReferenceTracker } from './reference-tracker.ts'
import { Resolver } from './resolver.ts'

let stop: AbortController
let resolver: Resolver
let tracker: ReferenceTracker
let mapping: KReferenceMapping | undefined
let groups: boolean

beforeEach(async () => {
  const address = { url: 'http://c-kn-channel.default.svc.cluster.local' }
  const channel = { ...aChannel('c'), status: { address } }
  const cluster = fakeCluster({ objects: [aService('sink'), channel, aChannel('without')] })
  const preferred = JSON.stringify({ preferredVersion: { groupVersion: 'messaging.knative.dev/v1' } })
  const client = new Proxy(cluster.client, {
    get: (target, name) => {
      if (name !== 'raw')
        return (...all: unknown[]) => (target[name as keyof KubeClient] as (...any: unknown[]) => unknown).apply(target, all)
      return ({ path }: RawRequest) =>
        Promise.resolve({ status: path === '/apis/messaging.knative.dev' ? 200 : 404, headers: {}, body: preferred })
    }
  })
  stop = new AbortController()
  mapping = undefined
  groups = false
  const factory = createInformerFactory(client, { log: keptLog() })
  await factory.start(stop.signal)
  const finder = new ObjectFinder(factory, [services, inMemoryChannels])
  tracker = new ReferenceTracker()
  const settings = { mapping: () => mapping, groups: () => groups }
  resolver = new Resolver({ client, finder, tracker, settings, systemNamespace: 'knative-eventing', clusterDomain: 'cluster.local' })
})
afterEach(() => stop.abort())

const parent = aSubscription('parent')
const resolve = (destination: Destination) => resolver.resolve(destination, parent)
const channel = (name: string, more: object = {}) => ({
  ref: { apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', name, ...more }
})

it.each([
  ['a Service beside it', { ref: { apiVersion: 'v1', kind: 'Service', name: 'sink' } }, 'http://sink.default.svc.cluster.local'],
  ['a channel', channel('c'), 'http://c-kn-channel.default.svc.cluster.local'],
  ['a path of a channel', { ...channel('c'), uri: '/in' }, 'http://c-kn-channel.default.svc.cluster.local/in'],
  ['a URL, as it is', { uri: 'https://example.com' }, 'https://example.com']
])('leads to %s', async (_what, destination, url) => expect(await resolve(destination)).toEqual({ url }))

it.each([
  [
    'a Service that is not there',
    { ref: { apiVersion: 'v1', kind: 'Service', name: 'nope' } },
    'failed to get object default/nope: services "nope" not found'
  ],
  [
    'one of another namespace',
    channel('c', { namespace: 'other' }),
    'failed to get object other/c: inmemorychannels.messaging.knative.dev "c" not found'
  ],
  ['a channel without an address', channel('without'), 'address not set for InMemoryChannel default/without'],
  ['nothing', {}, 'destination missing Ref and URI, expected at least one']
])('does not lead to %s', async (_what, destination, words) => expect(resolve(destination)).rejects.toThrow(words))

it('takes a group in place of a version while that is switched on', async () => {
  const destination = { ref: { group: 'messaging.knative.dev', kind: 'InMemoryChannel', name: 'c' } }
  await expect(resolve(destination)).rejects.toThrow('there is no kind InMemoryChannel')
  groups = true
  expect(await resolve(destination)).toEqual({ url: 'http://c-kn-channel.default.svc.cluster.local' })
  await expect(resolve({ ref: { group: 'nope.example.org', kind: 'Nope', name: 'c' } })).rejects.toThrow(
    'there is no API group nope.example.org'
  )
})

it('asks nobody for kinds that a template maps', async () => {
  mapping = parseKReferenceMapping({ 'Gadget.v1.example.org': 'http://{{ .Name }}.{{ .Namespace }}.{{ .SystemNamespace }}/{{ .UID }}' })
  const destination = { ref: { apiVersion: 'example.org/v1', kind: 'Gadget', name: 'g', namespace: 'ns' } }
  expect(await resolver.resolve(destination, { ...parent, metadata: { ...parent.metadata, uid: 'U' } })).toEqual({
    url: 'http://g.ns.knative-eventing/U'
  })
})

it('knows who speaks of an object, until their next pass does not', async () => {
  await resolve(channel('c'))
  // That it fails is another test's: here the reference is to be remembered all the same.
  await resolve(channel('nope')).catch(() => undefined)
  const text = (name: string): string => `messaging.knative.dev/v1 InMemoryChannel default/${name}`
  const parents = [{ namespace: 'default', name: 'parent' }]
  expect([tracker.parentsOf(text('c')), tracker.parentsOf(text('nope'))]).toEqual([parents, parents])
  expect(tracker.parentsOfAll('messaging.knative.dev/v1 InMemoryChannel ')).toEqual(parents)
  resolver.begin(parent)
  expect([tracker.parentsOf(text('c')), tracker.parentsOf(text('nope'))]).toEqual([[], []])
})
