import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { KubeObject, Resource } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { createInformerFactory, type KubeClient, type RawRequest } from '@knative-ts/kube'
import { eventually, fakeCluster, keptLog, type FakeCluster } from '@knative-ts/testing'
import { ObjectFinder } from './object-finder.ts'

const gadgets: Resource = { group: 'example.org', version: 'v1', plural: 'gadgetry', kind: 'Gadget', namespaced: true }
const gadget = (more: object = {}): KubeObject =>
  ({ apiVersion: 'example.org/v1', kind: 'Gadget', metadata: { name: 'g', namespace: 'default' }, ...more }) as KubeObject
const reference = { apiVersion: 'example.org/v1', kind: 'Gadget', name: 'g' }
const key = { namespace: 'default', name: 'g' }
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgetry.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgetry' },
    versions: [{ name: 'v1', served: true, storage: true }]
  }
} as KubeObject

let cluster: FakeCluster
let served: boolean
let asked: number
let stop: AbortController
let finder: ObjectFinder

beforeEach(async () => {
  cluster = fakeCluster({ resources: [gadgets] })
  served = true
  asked = 0
  stop = new AbortController()
  const body = JSON.stringify({
    resources: [
      { name: 'gadgetry/status', kind: 'Gadget', namespaced: true },
      { name: 'gadgetry', kind: 'Gadget', namespaced: true }
    ]
  })
  const client = new Proxy(cluster.client, {
    get: (target, name) => {
      if (name !== 'raw')
        return (...all: unknown[]) => (target[name as keyof KubeClient] as (...any: unknown[]) => unknown).apply(target, all)
      return ({ path }: RawRequest) => {
        asked++
        return Promise.resolve({ status: served && path === '/apis/example.org/v1' ? 200 : 404, headers: {}, body })
      }
    }
  })
  const factory = createInformerFactory(client, { log: keptLog() })
  await factory.start(stop.signal)
  finder = new ObjectFinder(factory, [services])
})
afterEach(() => stop.abort())

it('finds objects of kinds that it learns of from the server, and asks once', async () => {
  expect(await finder.find(reference, key)).toBeUndefined()
  expect(finder.pluralOf(reference)).toBe('gadgetry.example.org')
  cluster.put(gadget({ spec: { large: true }, status: { address: { url: 'http://g' }, other: 1 } }))
  const found = await eventually(() => finder.find(reference, key), 'the gadget')
  expect(found).toMatchObject({ metadata: { name: 'g' }, status: { address: { url: 'http://g' } } })
  expect(found).not.toHaveProperty('spec')
  expect(asked).toBe(1)
})

it('tells of changes that somebody who refers to it can see, and of no others', async () => {
  await finder.find(reference, key)
  const heard: string[] = []
  finder.onChange((changed) => heard.push(changed))
  cluster.put(gadget({ status: { address: { url: 'http://g' } } }))
  await eventually(() => heard.length === 1, 'it is there')
  const current = cluster.find(gadgets, key) as KubeObject
  cluster.put({ ...current, metadata: { ...current.metadata, annotations: { a: 'b' } } })
  cluster.put({ ...(cluster.find(gadgets, key) as KubeObject), status: { address: { url: 'http://other' } } } as KubeObject)
  await eventually(() => heard.length > 1, 'its address')
  expect(heard).toEqual(['example.org/v1 Gadget default/g', 'example.org/v1 Gadget default/g'])
})

it('says that there is no such kind, and tells when there is', async () => {
  served = false
  const defined: string[] = []
  finder.onKind((beginning) => defined.push(beginning))
  await expect(finder.find(reference, key)).rejects.toThrow(/^there is no kind Gadget in example\.org\/v1: install what defines it/)
  cluster.put(definition)
  await eventually(() => defined.length > 0, 'its definition')
  expect(defined[0]).toBe('example.org/v1 Gadget ')
  served = true
  expect(await finder.find(reference, key)).toBeUndefined()
})

it("says in the server's words that objects must not be looked at", async () => {
  cluster.fail({ verb: 'list', resource: gadgets, error: 'Forbidden' })
  await expect(finder.find(reference, key)).rejects.toThrow(/^failed to get lister for example\.org\/v1, Resource=gadgetry: /)
})
