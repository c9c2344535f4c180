import { describe } from '@jest/globals'
import { configuration, reconcileTable, revision, route } from '@knative-ts/testing'
import { now, one } from '../testing/one-reconciler.ts'

const finalizers = ['routes.serving.knative.dev']
const served = (status: 'True' | 'False' | 'Unknown', revisionName = 'new') => ({
  observedGeneration: 1,
  traffic: [{ revisionName, latestRevision: true, percent: 100 }],
  conditions: [{ type: 'Ready', status }]
})
const of = (state: string, routes?: string) => ({
  labels: { 'serving.knative.dev/configuration': 'hello', 'serving.knative.dev/routingState': state },
  ...(routes === undefined ? {} : { annotations: { 'serving.knative.dev/routes': routes } })
})
const config = (over: object = {}) => configuration({ status: { latestCreatedRevisionName: 'new' }, ...over })
const known = { metadata: { annotations: { 'serving.knative.dev/routes': 'hello' } } }
const merge = (kind: string, name: string, metadata: object) =>
  ({ verb: 'patch', kind, key: `default/${name}`, body: { metadata } }) as const

describe('labeler', () => {
  reconcileTable(one('labeler'), [
    {
      name: 'marks what a Route leads to, and holds on to the Route',
      world: [route({ status: served('Unknown') }), config(), revision({ metadata: { name: 'new', ...of('pending') } })],
      key: 'default/hello',
      writes: [
        { verb: 'patch', kind: 'Route', body: { metadata: { finalizers } } },
        merge('Configuration', 'hello', { annotations: { 'serving.knative.dev/routes': 'hello' } }),
        merge('Revision', 'new', {
          labels: { 'serving.knative.dev/routingState': 'active' },
          annotations: { 'serving.knative.dev/routes': 'hello', 'serving.knative.dev/routingStateModified': now }
        })
      ]
    },
    {
      name: 'lets go of what a Route that has arrived leads to no more',
      world: [
        route({ metadata: { finalizers }, status: served('True') }),
        config(known),
        revision({ metadata: { name: 'new', ...of('active', 'hello') } }),
        revision({ metadata: { name: 'old', ...of('active', 'hello') } })
      ],
      key: 'default/hello',
      writes: [
        merge('Revision', 'old', {
          labels: { 'serving.knative.dev/routingState': 'reserve' },
          annotations: { 'serving.knative.dev/routes': null, 'serving.knative.dev/routingStateModified': now }
        })
      ]
    },
    {
      name: 'keeps it while the Route is on its way',
      world: [
        route({ metadata: { finalizers }, status: served('Unknown') }),
        config(known),
        revision({ metadata: { name: 'new', ...of('active', 'hello') } }),
        revision({ metadata: { name: 'old', ...of('active', 'hello') } })
      ],
      key: 'default/hello',
      writes: []
    },
    {
      name: 'leaves a revision active that another Route leads to',
      world: [
        route({ metadata: { finalizers }, status: served('True') }),
        config(known),
        revision({ metadata: { name: 'new', ...of('active', 'hello') } }),
        revision({ metadata: { name: 'old', ...of('active', 'hello,other') } })
      ],
      key: 'default/hello',
      writes: [merge('Revision', 'old', { annotations: { 'serving.knative.dev/routes': 'other' } })]
    },
    {
      name: 'says that nobody uses a revision of its Service that was born when it had failed already',
      world: [
        route({
          metadata: { finalizers, labels: { 'serving.knative.dev/service': 'hello' } },
          spec: { traffic: [{ revisionName: 'nope', percent: 100 }] },
          status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'False' }] }
        }),
        config(),
        revision({ metadata: { name: 'new', ...of('pending') } })
      ],
      key: 'default/hello',
      writes: [
        merge('Revision', 'new', {
          labels: { 'serving.knative.dev/routingState': 'reserve' },
          annotations: { 'serving.knative.dev/routingStateModified': now }
        })
      ]
    },
    {
      name: 'says nothing of one while the Route is on its way',
      world: [
        route({
          metadata: { finalizers, labels: { 'serving.knative.dev/service': 'hello' } },
          spec: { traffic: [{ revisionName: 'nope', percent: 100 }] },
          status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'Unknown' }] }
        }),
        config(),
        revision({ metadata: { name: 'new', ...of('pending') } })
      ],
      key: 'default/hello',
      writes: []
    },
    {
      name: 'lets go of everything when the Route goes',
      world: [
        route({ metadata: { finalizers, deletionTimestamp: now }, status: served('True') }),
        config(known),
        revision({ metadata: { name: 'new', ...of('active', 'hello') } })
      ],
      key: 'default/hello',
      writes: [
        merge('Configuration', 'hello', { annotations: { 'serving.knative.dev/routes': null } }),
        merge('Revision', 'new', { labels: { 'serving.knative.dev/routingState': 'reserve' } }),
        { verb: 'patch', kind: 'Route', body: { metadata: { finalizers: [] } } }
      ]
    }
  ])
})
