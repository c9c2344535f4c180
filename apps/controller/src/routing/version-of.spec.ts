import { describe, expect, it } from '@jest/globals'
import type { IngressSpec } from '@knative-ts/api'
import { versionOf } from './version-of.ts'

const of = (spec: IngressSpec, name = 'hello') => versionOf({ metadata: { namespace: 'default', name }, spec })

const minimal = {
  rules: [
    {
      hosts: ['a.example.com'],
      visibility: 'ExternalIP',
      http: { paths: [{ splits: [{ serviceNamespace: 'default', serviceName: 'a', servicePort: 80, percent: 100 }] }] }
    }
  ],
  httpOption: 'Enabled'
} satisfies IngressSpec

/** Every field, none in Go's order, and the signs that Go's encoding/json escapes. */
const whole = {
  httpOption: 'Redirected',
  rules: [
    {
      http: {
        paths: [
          {
            appendHeaders: { b: '2', a: '1' },
            headers: { 'X-B': { exact: '<&>' }, 'X-A': { exact: '\u2028é' } },
            splits: [
              { percent: 40, appendHeaders: { y: '2', x: '1' }, servicePort: 'http', serviceName: 'a', serviceNamespace: 'default' },
              { percent: 0, appendHeaders: {}, servicePort: 81, serviceName: 'b', serviceNamespace: 'default' }
            ],
            rewriteHost: 'r.svc',
            path: '/p'
          }
        ]
      },
      visibility: 'ClusterLocal',
      hosts: ['b.example.com']
    }
  ],
  tls: [{ secretNamespace: 'ns', secretName: 's', hosts: ['b.example.com'] }]
} satisfies IngressSpec

describe('version of a KIngress', () => {
  // Printed by a Go program with upstream's structs and its ComputeHash.
  it.each([
    ['smallest', minimal, '1087f925d2865d65129569ba286cc29024906944ac5338291d762287c0fddcb4'],
    ['with everything', whole, '80109ba4b476028f334b59595607b29201186546dbf1575cc80c40e51dc4a2da']
  ])('is what upstream computes: %s', (_what, spec, hash) => expect(of(spec)).toBe(hash))

  it('differs by name, and by what the spec says', () =>
    expect(new Set([of(minimal), of(minimal, 'other'), of({ ...minimal, httpOption: 'Redirected' }), of({})]).size).toBe(4))
})
