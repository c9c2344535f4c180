import { expect, it } from '@jest/globals'
import { proxyFor } from './proxy-choice.ts'

const http = 'http://plain:1'
const https = 'secure:2'

it.each([
  ['https://ghcr.io', '', 'http://secure:2/'],
  ['http://ghcr.io', '', 'http://plain:1/'],
  ['https://localhost:5000', '', undefined],
  ['https://127.0.0.1:5000', '', undefined],
  ['https://[::1]:5000', '', undefined],
  ['https://ghcr.io', '*', undefined],
  ['https://ghcr.io', 'example.com, ghcr.io', undefined],
  ['https://a.ghcr.io', 'ghcr.io', undefined],
  ['https://a.ghcr.io', '.ghcr.io', undefined],
  ['https://ghcr.io', '.ghcr.io', 'http://secure:2/'],
  ['https://notghcr.io', 'ghcr.io', 'http://secure:2/'],
  ['https://ghcr.io', 'ghcr.io:443', undefined],
  ['https://ghcr.io', 'ghcr.io:8443', 'http://secure:2/'],
  ['https://10.1.2.3', '10.0.0.0/8', undefined],
  ['https://11.1.2.3', '10.0.0.0/8', 'http://secure:2/'],
  ['https://[fd00::1]', 'fd00::/8', undefined],
  ['https://10.1.2.3', '10.0.0.0/99', 'http://secure:2/']
])('%s with NO_PROXY=%s is asked by way of %s', (url, none, proxy) => {
  expect(proxyFor(new URL(url), { http, https, none })?.url.href).toBe(proxy)
})

it('is nothing where no proxy is named, and HTTP_PROXY is not for https', () => {
  expect(proxyFor(new URL('https://ghcr.io'), { http, https: '', none: '' })).toBeUndefined()
})

it.each([
  ['https://ghcr.io', 'http://way:3/'],
  ['http://localhost:5000', 'http://way:3/'],
  ['https://127.0.0.1:5000', 'http://way:3/'],
  ['http://registry.default.svc:5000', undefined]
])('%s is asked by way of the only one that there is: %s', (url, proxy) => {
  const found = proxyFor(new URL(url), { http, https, none: '.svc', only: 'http://way:3' })
  expect(found?.url.href).toBe(proxy)
  expect(found?.tunnel ?? true).toBe(true)
})
