import { expect, it } from '@jest/globals'
import { HeaderList } from '../header-list.ts'
import { isKubeletProbe } from './kubelet-probe.ts'
import { isQueueProber } from './prober-agents.ts'

const kubelet = { 'User-Agent': 'kube-probe/1.34' }
const activator = { 'User-Agent': 'Knative-Activator-Probe/1' }

it.each([
  ['by its agent', kubelet, true],
  ['by the header in its place', { 'K-Kubelet-Probe': 'activator' }, true],
  ['not a browser', { 'User-Agent': 'Mozilla' }, false],
  ['not a client of a route that calls itself so', { ...kubelet, 'Knative-Serving-Revision': 'hello-00001' }, false],
  ['not a client that an activator let in', { ...kubelet, 'K-Proxy-Request': 'activator' }, false]
])('the kubelet is known %s', (_, headers, known) => {
  expect(isKubeletProbe(HeaderList.from(headers))).toBe(known)
})

it.each([
  ['by its agent', activator, true],
  ['not without', {}, false],
  ['not a client that calls itself so', { ...activator, 'K-Proxy-Request': 'activator' }, false]
])('the activator is known %s', (_, headers, known) => {
  expect(isQueueProber(HeaderList.from(headers))).toBe(known)
})
