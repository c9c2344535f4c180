import { expect, it } from '@jest/globals'
import { type ApiServerSource, parseEventingFeatures } from '@knative-ts/api'
import { adapterOf, type AdapterOptions } from './adapter-of.ts'

const source: ApiServerSource = {
  apiVersion: 'sources.knative.dev/v1',
  kind: 'ApiServerSource',
  metadata: { name: 'hello', namespace: 'default', uid: 'u' },
  spec: { resources: [{ apiVersion: 'v1', kind: 'Pod' }], sink: { uri: 'http://sink' } }
}
const podOf = (features: Readonly<Record<string, string>>) => {
  const options: AdapterOptions = {
    image: 'image',
    systemNamespace: 'knative-eventing',
    sink: { url: 'http://sink' },
    namespaces: { names: ['default'], all: false },
    resources: [],
    nodeSelector: parseEventingFeatures(features).apiServerSourceNodeSelector,
    reportsFailures: false,
    failFast: false
  }
  return adapterOf(source, options).spec?.template.spec
}

it('runs the adapter on nodes that config-features selects, and anywhere without', () => {
  expect(podOf({ 'apiserversources-nodeselector-disk': 'ssd', 'apiserversources-nodeselector-zone': 'a' })?.nodeSelector).toEqual({
    disk: 'ssd',
    zone: 'a'
  })
  expect(podOf({})).not.toHaveProperty('nodeSelector')
})
