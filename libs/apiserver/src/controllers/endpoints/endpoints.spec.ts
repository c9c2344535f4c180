import { afterEach, describe, expect, it } from '@jest/globals'
import { endpoints, endpointSlices, services, type Endpoints, type Pod } from '@knative-ts/api/kubernetes'
import { kubeService, readyPod } from '@knative-ts/testing'
import { endpointSliceMirroringLoop } from '../endpoint-slice-mirroring/endpoint-slice-mirroring.reconciler.ts'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { endpointsOf } from './endpoints.plan.ts'
import { endpointsLoop } from './endpoints.reconciler.ts'

const ready = (name: string, podIP: string): Pod => readyPod({ metadata: { name }, status: { podIP } })
const unready = (name: string, podIP: string): Pod =>
  readyPod({ metadata: { name }, status: { podIP, conditions: [{ type: 'Ready', status: 'False' }] } })

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})
const key = { namespace: 'default', name: 'hello' }
const byHand = (subsets: Endpoints['subsets'], metadata: object = {}): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'hello', namespace: 'default', ...metadata },
  subsets: subsets ?? []
})
const manual = () => kubeService({ spec: { selector: undefined } })

describe('the Endpoints of a Service', () => {
  it('list ready and unready pods by the meaning of the ports', () => {
    const leaving = readyPod({ metadata: { name: 'c', deletionTimestamp: '2030-01-01T00:00:00Z' }, status: { podIP: '10.88.0.7' } })
    const made = endpointsOf(kubeService(), [unready('b', '10.88.0.6'), ready('a', '10.88.0.5'), leaving], undefined)
    expect(made).toMatchObject({
      metadata: { name: 'hello', labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
      subsets: [
        {
          addresses: [{ ip: '10.88.0.5', nodeName: 'node', targetRef: { kind: 'Pod', name: 'a' } }],
          notReadyAddresses: [{ ip: '10.88.0.6' }],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }]
        }
      ]
    })
  })

  it('follow its pods, and go with it', async () => {
    const at = (world = await startLoops((context) => [endpointsLoop(context)], [kubeService()]))
    const subsets = () => at.find(endpoints, key)?.subsets
    await at.until(() => at.find(endpoints, key) !== undefined)
    expect(subsets()).toBeUndefined()
    at.put(ready('a', '10.88.0.5'))
    await at.until(() => subsets()?.[0]?.addresses?.length === 1)
    at.put(ready('b', '10.88.0.6'))
    await at.until(() => subsets()?.[0]?.addresses?.length === 2)
    await at.client.delete(services, key)
    await at.until(() => at.find(endpoints, key) === undefined)
    expect(at.all(endpoints)).toEqual([])
  })

  it('are left alone when written by hand', async () => {
    const at = (world = await startLoops((context) => [endpointsLoop(context)], [manual(), byHand([{ addresses: [{ ip: '192.0.2.1' }] }])]))
    await at.clock.advance(1000)
    expect(at.writes).toEqual([])
  })
})

describe('Endpoints written by hand', () => {
  const start = async (...objects: Parameters<typeof startLoops>[1] & object) =>
    (world = await startLoops((context) => [endpointSliceMirroringLoop(context)], objects))
  const subset = { addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [{ name: 'http', port: 80 }] }

  it('are mirrored into slices, one each address family', async () => {
    const at = await start(
      manual(),
      byHand([{ ...subset, addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] }], { labels: { a: 'b' } })
    )
    await at.until(() => at.all(endpointSlices).length === 2)
    expect(at.all(endpointSlices)).toMatchObject([
      {
        metadata: {
          labels: {
            a: 'b',
            'kubernetes.io/service-name': 'hello',
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io'
          },
          ownerReferences: [{ kind: 'Endpoints', name: 'hello' }]
        },
        addressType: 'IPv4',
        endpoints: [
          { addresses: ['192.0.2.1'], conditions: { ready: true } },
          { addresses: ['192.0.2.2'], conditions: { ready: false } }
        ],
        ports: [{ name: 'http', protocol: 'TCP', port: 80 }]
      },
      { addressType: 'IPv6', endpoints: [{ addresses: ['2001:db8::1'] }] }
    ])
    await at.client.patch(endpoints, key, { type: 'merge', body: { subsets: [subset] } })
    await at.until(() => at.all(endpointSlices).length === 1)
    await at.client.patch(endpoints, key, { type: 'merge', body: { subsets: [{ ...subset, addresses: [{ ip: '192.0.2.9' }] }] } })
    await at.until(() => at.all(endpointSlices)[0]?.endpoints[0]?.addresses[0] === '192.0.2.9')
    expect(at.writes.filter(({ verb, resource }) => verb === 'create' && resource.kind === 'EndpointSlice')).toHaveLength(2)
  })

  it.each([
    ['the Service has a selector', [kubeService(), byHand([subset])]],
    ['there is no Service', [byHand([subset])]],
    ['they ask not to be', [manual(), byHand([subset], { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } })]]
  ])('are not mirrored when %s', async (_why, objects) => {
    const at = await start(...objects)
    await at.clock.advance(1000)
    expect(at.writes).toEqual([])
  })
})
