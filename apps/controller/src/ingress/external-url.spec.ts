import { expect, it } from '@jest/globals'
import { parseNetworkConfig } from '@knative-ts/api'
import { externalUrl } from './external-url.ts'

it.each([
  ['http', {}, 'http://a.b'],
  ['https', {}, 'https://a.b'],
  ['http', { 'default-external-port': '8080' }, 'http://a.b:8080'],
  ['https', { 'default-external-port': '8080' }, 'https://a.b'],
  ['https', { 'default-external-port': '8080', 'default-external-https-port': '8443' }, 'https://a.b:8443'],
  ['http', { 'default-external-https-port': '8443' }, 'http://a.b'],
  // Something before the gateway speaks TLS: its port is the one that is meant.
  ['https', { 'default-external-scheme': 'https', 'default-external-port': '443' }, 'https://a.b'],
  ['https', { 'default-external-scheme': 'https', 'default-external-port': '9443' }, 'https://a.b:9443']
])('%s with %j is %s', (scheme, data, url) => {
  expect(externalUrl(scheme, 'a.b', parseNetworkConfig(data))).toBe(url)
})
