import { expect, it } from '@jest/globals'
import type { Deployment, EndpointSlice } from '@knative-ts/api/kubernetes'
import { deployment, endpointSlice, pod } from '@knative-ts/testing'
import { countPods, isServing } from './pod-counts.ts'
import { trimmedDeployment, trimmedPod, trimmedSlice } from './trimmed.ts'

const labels = { 'serving.knative.dev/revision': 'hello-00001', app: 'hello' }

it.each([
  [{ phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] }, undefined],
  [{ phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] }, '2030-01-01T00:00:00Z'],
  [{ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False' }] }, undefined],
  [{}, undefined]
])('counts a trimmed pod of status %j (leaving: %s) as it counts the whole one', (status, deletionTimestamp) => {
  const whole = pod({ metadata: { labels, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) }, status: status as never })
  const trimmed = trimmedPod(whole)
  expect([isServing(trimmed), countPods([trimmed])]).toEqual([isServing(whole), countPods([whole])])
  expect(trimmed.status?.podIP).toBe(whole.status?.podIP)
  expect(trimmed.metadata).toMatchObject({ name: whole.metadata.name, labels: { 'serving.knative.dev/revision': 'hello-00001' } })
  expect(trimmed.spec).toBeUndefined()
})

it('keeps of a Deployment how many pods it is told to have, of which revision', () => {
  const whole: Deployment = deployment({ metadata: { labels }, spec: { replicas: 3 } })
  const { spec, metadata } = trimmedDeployment(whole)
  expect([spec, metadata.labels]).toEqual([{ replicas: 3 }, { 'serving.knative.dev/revision': 'hello-00001' }])
})

it('keeps of a slice one endpoint that is ready', () => {
  const ends = [
    { addresses: ['10.0.0.1'], conditions: { ready: false } },
    { addresses: ['10.0.0.2'], conditions: { ready: true }, nodeName: 'n' },
    { addresses: ['10.0.0.3'], conditions: { ready: true } }
  ]
  const slice: EndpointSlice = endpointSlice({ endpoints: ends, ports: [{ name: 'http', port: 8012 }] })
  const { endpoints, ports } = trimmedSlice(slice)
  expect(endpoints).toEqual([{ addresses: ['10.0.0.2'], conditions: { ready: true } }])
  expect(ports?.map(({ name, port }) => [name, port])).toEqual([['http', 8012]])
})
