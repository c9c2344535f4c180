import { expect, it } from '@jest/globals'
import { type ApiServerSource, parseEventingFeatures } from '@knative-ts/api'
import { adapterOf, type AdapterOptions } from './adapter-of.ts'

const source: ApiServerSource = {
  apiVersion: 'sources.knative.dev/v1',
  kind: 'ApiServerSource',
  metadata: { name: 'hello', namespace: 'default', uid: 'u' },
  spec: { resources: [{ apiVersion: 'v1', kind: 'Pod' }], sink: { uri: 'http://sink' } }
}
const adapterWith = (features: Readonly<Record<string, string>>, spec: object = {}) => {
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
  return adapterOf({ ...source, spec: { ...source.spec, ...spec } }, options)
}
const podOf = (features: Readonly<Record<string, string>>) => adapterWith(features).spec?.template.spec

it('runs the adapter on nodes that config-features selects, and anywhere without', () => {
  expect(podOf({ 'apiserversources-nodeselector-disk': 'ssd', 'apiserversources-nodeselector-zone': 'a' })?.nodeSelector).toEqual({
    disk: 'ssd',
    zone: 'a'
  })
  expect(podOf({})).not.toHaveProperty('nodeSelector')
})

it('is of its own, under the ServiceAccount of its source, and told what to watch and where to send', () => {
  const overrides = { ceOverrides: { extensions: { a: 'b' } }, serviceAccountName: 'watcher', mode: 'Resource' }
  const { metadata, spec } = adapterWith({}, overrides)
  const labels = { 'eventing.knative.dev/source': 'apiserver-source-controller', 'eventing.knative.dev/sourceName': 'hello' }
  expect(metadata).toEqual({ name: 'apiserversource-hello-u', namespace: 'default', labels })
  expect(spec?.template.spec?.serviceAccountName).toBe('watcher')
  const env = Object.fromEntries((spec?.template.spec?.containers[0]?.env ?? []).map(({ name, value }) => [name, value]))
  expect(env).toMatchObject({
    K_SINK: 'http://sink',
    K_CE_OVERRIDES: '{"extensions":{"a":"b"}}',
    NAME: 'hello',
    SYSTEM_NAMESPACE: 'knative-eventing',
    METRICS_DOMAIN: 'knative.dev/eventing'
  })
  expect(env).toHaveProperty('NAMESPACE')
  expect(JSON.parse(env['K_SOURCE_CONFIG'] ?? '{}')).toMatchObject({
    namespaces: ['default'],
    allNamespaces: false,
    mode: 'Resource'
  })
})
