/** Endpoints of Services. */
import type { Case, Step } from '../../recorded-case.ts'
import { object, service } from '../builders.ts'
import { made } from '../controller-builders.ts'

const SLICES: Partial<Step> = { verb: 'wait', verb2: 'list', of: 'discovery.k8s.io/v1 EndpointSlice' }

const SLICE_PARTS = ['items.0.metadata.labels', 'items.0.metadata.annotations', 'items.0.addressType', 'items.0.endpoints', 'items.0.ports']

export const endpoints: readonly Case[] = [
  {
    name: 'endpoints written by hand are mirrored',
    steps: [
      ...made(
        service('s'),
        object(
          'v1 Endpoints',
          's',
          {
            subsets: [
              {
                addresses: [{ ip: '10.1.2.3', hostname: 'h' }],
                ports: [{ name: 'p', port: 8080 }]
              }
            ]
          },
          { labels: { of: 'us' } }
        )
      ),
      { ...SLICES, where: { 'items.length': 1 }, show: SLICE_PARTS } as Step,
      { verb: 'delete', of: 'v1 Endpoints s', silent: true },
      { ...SLICES, where: { 'items.length': 0 }, show: ['items.length'] } as Step
    ]
  },
  {
    name: 'a token in a secret',
    settled: true,
    steps: [
      ...made(
        object('v1 ServiceAccount', 'sa'),
        object(
          'v1 Secret',
          't',
          { type: 'kubernetes.io/service-account-token' },
          { annotations: { 'kubernetes.io/service-account.name': 'sa' } }
        )
      ),
      { verb: 'wait', of: 'v1 Secret t', where: { 'data.namespace.length': 20 }, timeoutMs: 3_000, show: ['type', 'metadata.annotations'] },
      { verb: 'delete', of: 'v1 ServiceAccount sa', silent: true },
      { verb: 'wait', of: 'v1 Secret t', status: 404, show: 'verdict' }
    ]
  }
]
