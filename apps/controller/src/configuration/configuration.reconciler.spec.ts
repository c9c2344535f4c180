import { describe } from '@jest/globals'
import { revisions } from '@knative-ts/api'
import { configuration, reconcileTable, revision } from '@knative-ts/testing'
import { now, one } from '../testing/one-reconciler.ts'

const owner = (uid = 'uid-configuration-hello') => [
  { apiVersion: 'serving.knative.dev/v1', kind: 'Configuration', name: 'hello', uid, controller: true, blockOwnerDeletion: true }
]
const made = (name: string, generation: number, status: 'True' | 'False' | 'Unknown', over: object = {}) =>
  revision({
    metadata: {
      name,
      ownerReferences: owner(),
      labels: { 'serving.knative.dev/configuration': 'hello', 'serving.knative.dev/configurationGeneration': String(generation) }
    },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status, reason: status === 'False' ? 'ExitCode1' : '', message: status === 'True' ? '' : 'no port' }]
    },
    ...over
  })
const config = (generation: number, over: object = {}) =>
  configuration({
    metadata: { generation, annotations: { 'serving.knative.dev/routes': 'hello', 'serving.knative.dev/lastModifier': 'ann' } },
    ...over
  })
const patch = { verb: 'patch', kind: 'Configuration', key: 'default/hello' } as const
const status = (value: object) => ({ ...patch, body: [{ op: 'test' }, { op: 'add', path: '/status', value }] })
const event = (reason: string, message: string) => ({ verb: 'create', kind: 'Event', body: { reason, message } }) as const

describe('Configuration', () => {
  reconcileTable(one('configuration'), [
    {
      name: 'makes the revision of its generation, active when a Route leads here',
      world: [config(3)],
      key: 'default/hello',
      writes: [
        {
          verb: 'create',
          kind: 'Revision',
          key: 'default/hello-00003',
          body: {
            metadata: {
              ownerReferences: owner(),
              labels: { 'serving.knative.dev/configurationGeneration': '3', 'serving.knative.dev/routingState': 'active' },
              annotations: {
                'serving.knative.dev/creator': 'ann',
                'serving.knative.dev/routes': 'hello',
                'serving.knative.dev/routingStateModified': now
              }
            }
          }
        },
        event('Created', 'Created Revision "hello-00003"'),
        status({ observedGeneration: 3, latestCreatedRevisionName: 'hello-00003', conditions: [{ type: 'Ready', status: 'Unknown' }] })
      ]
    },
    {
      name: 'makes a pending one when none does',
      world: [configuration()],
      key: 'default/hello',
      writes: [
        { verb: 'create', kind: 'Revision', body: { metadata: { labels: { 'serving.knative.dev/routingState': 'pending' } } } },
        patch
      ]
    },
    {
      name: 'is ready with its latest revision',
      world: [config(1), made('hello-00001', 1, 'True')],
      key: 'default/hello',
      writes: [
        event('ConfigurationReady', 'Configuration becomes ready'),
        status({
          latestCreatedRevisionName: 'hello-00001',
          latestReadyRevisionName: 'hello-00001',
          conditions: [{ type: 'Ready', status: 'True' }]
        }),
        event('LatestReadyUpdate', 'LatestReadyRevisionName updated to "hello-00001"')
      ]
    },
    {
      name: 'moves on to an intermediate revision while the newest is not ready',
      world: [
        config(3, { status: { observedGeneration: 3, latestCreatedRevisionName: 'hello-00003', latestReadyRevisionName: 'hello-00001' } }),
        made('hello-00001', 1, 'True'),
        made('hello-00002', 2, 'True'),
        made('hello-00003', 3, 'Unknown')
      ],
      key: 'default/hello',
      writes: [
        status({
          latestReadyRevisionName: 'hello-00002',
          latestCreatedRevisionName: 'hello-00003',
          conditions: [{ type: 'Ready', status: 'Unknown', message: 'Revision "hello-00003" is not ready yet: no port' }]
        })
      ]
    },
    {
      name: 'fails with the words of its revision, and keeps the ready one',
      world: [
        config(2, { status: { observedGeneration: 2, latestCreatedRevisionName: 'hello-00002', latestReadyRevisionName: 'hello-00001' } }),
        made('hello-00001', 1, 'True'),
        made('hello-00002', 2, 'False')
      ],
      key: 'default/hello',
      writes: [
        event('LatestCreatedFailed', 'Latest created revision "hello-00002" has failed'),
        status({
          latestReadyRevisionName: 'hello-00001',
          conditions: [
            { type: 'Ready', status: 'False', reason: 'RevisionFailed', message: 'Revision "hello-00002" failed with message: no port.' }
          ]
        })
      ]
    },
    {
      name: 'says that the user took a name that is another revision’s',
      world: [
        config(1, { spec: { template: { metadata: { name: 'hello-one' }, spec: { containers: [] } } } }),
        made('hello-one', 1, 'True', { metadata: { name: 'hello-one', ownerReferences: owner('other') } })
      ],
      key: 'default/hello',
      writes: [
        status({
          conditions: [
            {
              status: 'False',
              reason: 'RevisionFailed',
              message: 'Revision creation failed with message: revisions.serving.knative.dev "hello-one" already exists.'
            }
          ]
        })
      ]
    },
    {
      name: 'says why a revision cannot be made',
      world: [config(1)],
      key: 'default/hello',
      faults: [{ verb: 'create', resource: revisions, error: 'Forbidden' }],
      throws: /forbidden/i,
      writes: [
        { verb: 'create', kind: 'Revision' },
        status({ observedGeneration: 1, conditions: [{ status: 'False', reason: 'RevisionFailed' }] })
      ]
    }
  ])
})
