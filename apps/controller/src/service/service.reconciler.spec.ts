import { describe } from '@jest/globals'
import { configurations } from '@knative-ts/api'
import { configuration, reconcileTable, revision, route, service } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { settledWorld } from '../testing/stand-ins.ts'

const owner = (uid = 'uid-service-hello') => [
  { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', uid, controller: true, blockOwnerDeletion: true }
]
const mine = {
  labels: { 'serving.knative.dev/service': 'hello', 'serving.knative.dev/serviceUID': 'uid-service-hello' },
  annotations: { 'serving.knative.dev/routes': 'hello' }
}
const ready = (status: 'True' | 'False' | 'Unknown', reason = '', message = '') => ({ type: 'Ready', status, reason, message })
const ksvc = service({ spec: { traffic: [{ latestRevision: true, percent: 100 }] } })
const config = (over: Parameters<typeof configuration>[0] = {}) =>
  configuration({
    metadata: { ownerReferences: owner(), ...mine },
    status: { observedGeneration: 1, latestCreatedRevisionName: 'r1', latestReadyRevisionName: 'r1', conditions: [ready('True')] },
    ...over
  })
const way = (over: Parameters<typeof route>[0] = {}) =>
  route({
    metadata: { ownerReferences: owner(), labels: { 'serving.knative.dev/service': 'hello' }, annotations: {} },
    spec: { traffic: [{ latestRevision: true, percent: 100, configurationName: 'hello' }] },
    status: {
      observedGeneration: 1,
      url: 'http://hello.default.example.com',
      traffic: [{ revisionName: 'r1', latestRevision: true, percent: 100 }],
      conditions: [ready('True')]
    },
    ...over
  })
const said = (type: string, status: string, reason?: string) => ({ type, status, ...(reason === undefined ? {} : { reason }) })
const patchService = { verb: 'patch', kind: 'Service', key: 'default/hello' } as const

/** The status that the pass wrote, without times. */
const statusOf = (...conditions: object[]) => [{ op: 'test' }, { op: 'add', path: '/status', value: { conditions } }]

describe('Service', () => {
  reconcileTable(one('service'), [
    {
      name: 'makes Configuration and Route at a time',
      world: [...settledWorld(), ksvc],
      key: 'default/hello',
      writes: [
        { verb: 'create', kind: 'Configuration', key: 'default/hello', body: { metadata: { ...mine, ownerReferences: owner() } } },
        {
          verb: 'create',
          kind: 'Route',
          key: 'default/hello',
          body: {
            metadata: { finalizers: ['routes.serving.knative.dev'] },
            spec: { traffic: [{ configurationName: 'hello', percent: 100 }] }
          }
        },
        {
          ...patchService,
          body: statusOf(
            said('ConfigurationsReady', 'Unknown', 'OutOfDate'),
            said('Ready', 'Unknown', 'OutOfDate'),
            said('RoutesReady', 'Unknown', 'OutOfDate')
          )
        }
      ]
    },
    {
      name: 'is ready when both are and the traffic has arrived',
      world: [...settledWorld(), ksvc, config(), way()],
      key: 'default/hello',
      writes: [{ ...patchService, body: statusOf(said('ConfigurationsReady', 'True'), said('Ready', 'True'), said('RoutesReady', 'True')) }]
    },
    {
      name: 'is not ready while the Route serves another revision than the latest ready',
      world: [
        ...settledWorld(),
        ksvc,
        config({
          status: { observedGeneration: 1, latestCreatedRevisionName: 'r2', latestReadyRevisionName: 'r2', conditions: [ready('True')] }
        }),
        way()
      ],
      key: 'default/hello',
      writes: [
        {
          ...patchService,
          body: statusOf(
            said('ConfigurationsReady', 'True'),
            said('Ready', 'Unknown', 'TrafficNotMigrated'),
            said('RoutesReady', 'Unknown', 'TrafficNotMigrated')
          )
        }
      ]
    },
    {
      name: 'takes a failure over with its words',
      world: [
        ...settledWorld(),
        ksvc,
        config({ status: { observedGeneration: 1, conditions: [ready('False', 'RevisionFailed', 'it broke')] } }),
        way({ status: { observedGeneration: 1, conditions: [ready('Unknown', 'RevisionMissing')] } })
      ],
      key: 'default/hello',
      writes: [
        {
          ...patchService,
          body: statusOf(
            { type: 'ConfigurationsReady', status: 'False', reason: 'RevisionFailed', message: 'it broke' },
            said('Ready', 'False', 'RevisionFailed'),
            said('RoutesReady', 'Unknown', 'RevisionMissing')
          )
        }
      ]
    },
    {
      name: 'refuses a Configuration of somebody else',
      world: [
        ...settledWorld(),
        ksvc,
        config({ metadata: { ownerReferences: [{ ...owner()[0], name: 'other', uid: 'other' } as never] } }),
        way()
      ],
      key: 'default/hello',
      throws: /does not own Configuration: "hello"/,
      writes: [
        {
          ...patchService,
          body: statusOf(
            {
              type: 'ConfigurationsReady',
              status: 'False',
              reason: 'NotOwned',
              message: 'There is an existing Configuration "hello" that we do not own. Delete it, or give the Service another name.'
            },
            said('Ready', 'False', 'NotOwned'),
            said('RoutesReady', 'Unknown')
          )
        }
      ]
    },
    {
      name: 'waits for the Route of a deleted Service of its name',
      world: [...settledWorld(), ksvc, config(), way({ metadata: { ownerReferences: [{ ...owner()[0], uid: 'former' } as never] } })],
      key: 'default/hello',
      throws: /does not own Route: "hello"/,
      writes: [
        {
          ...patchService,
          body: statusOf(said('ConfigurationsReady', 'Unknown'), said('Ready', 'Unknown', 'OutOfDate'), {
            type: 'RoutesReady',
            status: 'Unknown',
            reason: 'OutOfDate',
            message:
              'The Route "hello" of a former object of this name is still there. Wait until it is collected; when it stays, see its finalizers.'
          })
        }
      ]
    },
    {
      name: 'follows a changed template and drops what is its own',
      world: [
        ...settledWorld(),
        service({ metadata: { annotations: { 'serving.knative.dev/rollout-duration': '60s', mine: 'x' } }, spec: ksvc.spec }),
        config({ spec: { template: { spec: { containers: [{ image: 'dev.local/older' }] } } } }),
        way({
          metadata: {
            ownerReferences: owner(),
            labels: { 'serving.knative.dev/service': 'hello' },
            annotations: { 'serving.knative.dev/rollout-duration': '60s', mine: 'x' }
          }
        })
      ],
      key: 'default/hello',
      writes: [
        {
          verb: 'update',
          kind: 'Configuration',
          body: {
            metadata: { annotations: { mine: 'x', 'serving.knative.dev/routes': 'hello' } },
            spec: { template: { spec: { containers: [{ image: 'dev.local/hello' }] } } }
          }
        },
        { ...patchService }
      ]
    },
    {
      name: 'holds the Route back while a name of the user is not taken yet',
      world: [
        ...settledWorld(),
        service({ spec: { ...ksvc.spec, template: { metadata: { name: 'hello-one' }, spec: { containers: [] } } } as never })
      ],
      key: 'default/hello',
      writes: [{ verb: 'create', kind: 'Configuration' }, { ...patchService }]
    },
    {
      name: 'says when another revision has the name',
      world: [
        ...settledWorld(),
        service({ spec: { ...ksvc.spec, template: { metadata: { name: 'hello-one' }, spec: { containers: [] } } } as never }),
        config({ spec: { template: { metadata: { name: 'hello-one' }, spec: { containers: [] } } } as never }),
        revision({ metadata: { name: 'hello-one' } })
      ],
      key: 'default/hello',
      writes: [
        {
          ...patchService,
          body: statusOf(
            said('ConfigurationsReady', 'True'),
            said('Ready', 'False', 'RevisionNameTaken'),
            said('RoutesReady', 'False', 'RevisionNameTaken')
          )
        }
      ]
    },
    {
      name: 'writes its status even when a child cannot be made',
      world: [...settledWorld(), ksvc],
      key: 'default/hello',
      faults: [{ verb: 'create', resource: configurations, error: 'Forbidden' }],
      throws: /forbidden/i,
      writes: [{ verb: 'create', kind: 'Configuration' }, { verb: 'create', kind: 'Route' }, { ...patchService }]
    }
  ])
})
