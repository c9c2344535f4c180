import { expect, it } from '@jest/globals'
import { HeaderList, type OwnResponse, type UpstreamPool } from '@knative-ts/proxy'
import { settle } from '@knative-ts/testing'
import { ServiceAddress, type SeenPod, type Through } from './service-address.ts'

const ready: SeenPod = { healthy: false, ready: true, refused: true, secured: false }
const said: OwnResponse = { status: 200, headers: new HeaderList(), body: Buffer.from('queue'), trailers: undefined }

it('stands for the pods that are ready once it has answered, not for those that were when it was asked', async () => {
  const answer = Promise.withResolvers<OwnResponse>()
  const told: (Through | undefined)[] = []
  const service = new ServiceAddress({
    mode: () => 'enabled',
    find: async () => '10.0.0.1:80',
    upstreams: { request: () => answer.promise, drop: () => undefined } as unknown as UpstreamPool,
    protocol: 'h1',
    changed: (through) => told.push(through),
    failed: (error) => {
      throw error
    }
  })
  service.review([ready])
  await settle()
  service.review([ready, ready, ready])
  answer.resolve(said)
  await settle()
  service.close()
  expect(told).toEqual([{ address: '10.0.0.1:80', pods: 3 }, undefined])
})
