import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import type { WebhookClient } from '../admission/webhook-client.ts'
import { Conversions } from '../crd/conversions.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { StoredObject } from '../store/object-store.ts'
import { convertAll, shownObject } from './versions.ts'

const type = {
  group: 'example.com',
  version: 'v2',
  plural: 'things',
  custom: {
    crdName: 'things.example.com',
    definedAt: 0,
    isOnlyVersion: false,
    conversion: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://example.com' } }
  }
} as unknown as ResourceType

/** Parses its text at each look, as a state does that its store lets forget at once. */
class Forgetful implements StoredObject {
  readonly key: StoredObject['key']
  readonly revision = 1
  readonly json: string
  readonly size = 0

  constructor(name: string) {
    this.key = { resource: 'example.com/things', namespace: 'n', name }
    this.json = JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name, namespace: 'n', uid: name } })
  }

  get object(): KubeObject {
    return JSON.parse(this.json) as KubeObject
  }
}

it('asks a webhook once for a list whose states have forgotten their objects meanwhile', async () => {
  let asked = 0
  const client = {
    send: (_config: unknown, { request }: { request: { uid: string; desiredAPIVersion: string; objects: KubeObject[] } }) => {
      asked++
      const convertedObjects = request.objects.map((object) => ({ ...object, apiVersion: request.desiredAPIVersion }))
      return Promise.resolve({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'ConversionReview',
        response: { uid: request.uid, result: { status: 'Success' }, convertedObjects }
      })
    }
  } as unknown as WebhookClient
  const states = ['a', 'b', 'c'].map((name) => new Forgetful(name))
  const objects = await new Conversions(client).with(() => {
    convertAll(type, states)
    return states.map((state) => shownObject(type, state))
  })
  expect(objects.map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`)).toEqual(
    ['a', 'b', 'c'].map((name) => `example.com/v2 ${name}`)
  )
  expect(asked).toBe(1)
})
