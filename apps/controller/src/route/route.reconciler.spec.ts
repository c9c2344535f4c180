import { describe, expect } from '@jest/globals'
import { configuration, kubeService, reconcileTable, revision, route } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'

const owner = (uid = 'uid-route-hello') => [
  { apiVersion: 'serving.knative.dev/v1', kind: 'Route', name: 'hello', uid, controller: true, blockOwnerDeletion: true }
]
const ready = (name: string, over: object = {}) =>
  revision({ metadata: { name }, status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] }, ...over })
const config = (latestReadyRevisionName: string) => configuration({ status: { observedGeneration: 1, latestReadyRevisionName } })
const status = (value: object) =>
  ({ verb: 'patch', kind: 'Route', key: 'default/hello', body: [{ op: 'test' }, { op: 'add', path: '/status', value }] }) as const
const placeholder = (name: string) =>
  ({
    verb: 'create',
    kind: 'Service',
    key: `default/${name}`,
    body: {
      spec: { type: 'ExternalName', externalName: 'gateway-internal.knative-serving.svc.cluster.local' },
      metadata: { labels: { 'serving.knative.dev/route': 'hello' } }
    }
  }) as const
const hosts = (...rules: [string, string][]) =>
  rules.map(([host, visibility]) => ({ visibility, ...(visibility === 'ExternalIP' ? { hosts: [host] } : {}) }))
const made = (rules: object[]) => ({ verb: 'create', kind: 'Ingress', key: 'default/hello', body: { spec: { rules } } }) as const

describe('Route', () => {
  reconcileTable(one('route'), [
    {
      name: 'makes the KIngress and a placeholder that leads to our gateway at once',
      world: [...settledWorld(), route(), config('one'), ready('one')],
      key: 'default/hello',
      writes: [
        made(hosts(['', 'ClusterLocal'], ['hello.default.example.com', 'ExternalIP'])),
        placeholder('hello'),
        status({
          url: 'http://hello.default.example.com',
          address: { url: 'http://hello.default.svc.cluster.local' },
          traffic: [{ revisionName: 'one', latestRevision: true, percent: 100 }],
          conditions: [
            { type: 'AllTrafficAssigned', status: 'True' },
            { type: 'CertificateProvisioned', status: 'True', reason: 'TLSNotEnabled' },
            { type: 'IngressReady', status: 'Unknown', reason: 'IngressNotConfigured' },
            { type: 'Ready', status: 'Unknown', reason: 'IngressNotConfigured' }
          ]
        })
      ]
    },
    {
      name: 'says whose ingress it is when that is not ours',
      world: [
        ...settledWorld(),
        configMapOf('config-network', { 'ingress-class': 'kourier.ingress.networking.knative.dev' }),
        route(),
        config('one'),
        ready('one')
      ],
      key: 'default/hello',
      writes: [
        { verb: 'create', kind: 'Ingress' },
        { verb: 'create', kind: 'Service', key: 'default/hello' },
        status({
          conditions: [
            {},
            {},
            {
              type: 'IngressReady',
              status: 'Unknown',
              reason: 'IngressNotConfigured',
              message: expect.stringMatching(
                /^Ingress has not yet been reconciled\. It is of class "kourier\.ingress\.networking\.knative\.dev": .* Install it/
              )
            },
            { type: 'Ready', status: 'Unknown', reason: 'IngressNotConfigured' }
          ]
        })
      ]
    },
    {
      name: 'gives every tag a host and a placeholder of its own',
      world: [
        ...settledWorld(),
        route({ spec: { traffic: [{ revisionName: 'one', percent: 100, tag: 'old', latestRevision: false }] } }),
        config('one'),
        ready('one')
      ],
      key: 'default/hello',
      writes: [
        made(
          hosts(
            ['', 'ClusterLocal'],
            ['hello.default.example.com', 'ExternalIP'],
            ['', 'ClusterLocal'],
            ['old-hello.default.example.com', 'ExternalIP']
          )
        ),
        placeholder('hello'),
        placeholder('old-hello'),
        status({ traffic: [{ tag: 'old', revisionName: 'one', percent: 100, url: 'http://old-hello.default.example.com' }] })
      ]
    },
    {
      name: 'writes the port into the URL unless it is 80',
      world: [...settledWorld(), configMapOf('config-network', { 'default-external-port': '8080' }), route(), config('one'), ready('one')],
      key: 'default/hello',
      writes: [
        made(hosts(['', 'ClusterLocal'], ['hello.default.example.com', 'ExternalIP'])),
        placeholder('hello'),
        status({ url: 'http://hello.default.example.com:8080' })
      ]
    },
    {
      name: 'stays inside when its label says so',
      world: [
        ...settledWorld(),
        route({ metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } }),
        config('one'),
        ready('one')
      ],
      key: 'default/hello',
      writes: [made(hosts(['', 'ClusterLocal'])), placeholder('hello'), status({ url: 'http://hello.default.svc.cluster.local' })]
    },
    {
      name: 'touches nothing while a target is not ready',
      world: [...settledWorld(), route(), configuration()],
      key: 'default/hello',
      writes: [
        status({
          url: 'http://hello.default.example.com',
          conditions: [
            { status: 'Unknown', reason: 'RevisionMissing', message: 'Configuration "hello" is waiting for a Revision to become ready.' },
            { type: 'CertificateProvisioned', status: 'Unknown' },
            { reason: 'IngressNotConfigured' },
            { type: 'Ready', reason: 'RevisionMissing' }
          ]
        })
      ]
    },
    {
      name: 'says first of a new generation that its KIngress was not looked at, though the one before was served',
      world: [
        ...settledWorld(),
        route({
          metadata: { generation: 2 },
          status: {
            observedGeneration: 1,
            conditions: ['AllTrafficAssigned', 'CertificateProvisioned', 'IngressReady', 'Ready'].map((type) => ({ type, status: 'True' }))
          }
        }),
        configuration()
      ],
      key: 'default/hello',
      writes: [
        {
          verb: 'patch',
          kind: 'Route',
          key: 'default/hello',
          body: expect.arrayContaining([
            expect.objectContaining({
              path: '/status',
              value: expect.objectContaining({
                conditions: expect.arrayContaining([
                  expect.objectContaining({ type: 'IngressReady', status: 'Unknown', reason: 'IngressNotConfigured' })
                ])
              })
            })
          ])
        }
      ]
    },
    {
      name: 'says what is missing',
      world: [...settledWorld(), route({ spec: { traffic: [{ revisionName: 'nope', percent: 100 }] } })],
      key: 'default/hello',
      writes: [
        status({
          conditions: [
            {
              status: 'False',
              reason: 'RevisionMissing',
              message: 'Revision "nope" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
            },
            {},
            {},
            { status: 'False' }
          ]
        })
      ]
    },
    {
      name: 'says that a template gives no host',
      world: [
        ...settledWorld(),
        configMapOf('config-network', { 'tag-template': '{{.Tag}}_{{.Name}}' }),
        route({ spec: { traffic: [{ revisionName: 'one', percent: 100, tag: 'x' }] } }),
        config('one'),
        ready('one')
      ],
      key: 'default/hello',
      writes: [status({ conditions: [{ status: 'False', reason: 'ErrorConfig' }, {}, {}, { status: 'False', reason: 'ErrorConfig' }] })]
    },
    {
      name: 'leaves a Service of somebody else alone',
      world: [...settledWorld(), route(), config('one'), ready('one'), kubeService({ metadata: { name: 'hello' } })],
      key: 'default/hello',
      throws: /does not own Service: "hello"/,
      writes: [
        made([{}, {}]),
        status({
          conditions: [
            {},
            {},
            {
              type: 'IngressReady',
              status: 'False',
              reason: 'NotOwned',
              message: expect.stringMatching(/^There is an existing placeholder Service "hello" .* Delete it/)
            },
            { status: 'False' }
          ]
        })
      ]
    },
    {
      name: 'says which annotation means nothing, and how to say it',
      world: [
        ...settledWorld(),
        route({ metadata: { annotations: { 'networking.knative.dev/http-protocol': 'Bogus' } } }),
        config('one'),
        ready('one')
      ],
      key: 'default/hello',
      throws: /incorrect http-protocol annotation/,
      writes: [
        status({
          conditions: [
            {},
            {},
            {
              type: 'IngressReady',
              status: 'Unknown',
              reason: 'IngressNotConfigured',
              message:
                'incorrect http-protocol annotation: networking.knative.dev/http-protocol is "Bogus". Say enabled or redirected, or leave it out.'
            },
            { status: 'Unknown' }
          ]
        })
      ]
    },
    {
      name: 'removes the placeholder of a tag that is gone',
      world: [
        ...settledWorld(),
        route(),
        config('one'),
        ready('one'),
        kubeService({ metadata: { name: 'old-hello', labels: { 'serving.knative.dev/route': 'hello' }, ownerReferences: owner() } })
      ],
      key: 'default/hello',
      writes: [made([{}, {}]), { verb: 'delete', kind: 'Service', key: 'default/old-hello' }, placeholder('hello'), status({})]
    },
    {
      name: 'starts a new revision with 1 % when a rollout takes time',
      world: [
        ...settledWorld(),
        route({ metadata: { annotations: { 'serving.knative.dev/rollout-duration': '120s' } } }),
        config('two'),
        ready('one'),
        ready('two'),
        {
          apiVersion: 'networking.internal.knative.dev/v1alpha1',
          kind: 'Ingress',
          metadata: {
            name: 'hello',
            namespace: 'default',
            ownerReferences: owner(),
            annotations: {
              'networking.internal.knative.dev/rollout':
                '{"configurations":[{"configurationName":"hello","percent":100,"revisions":[{"revisionName":"one","percent":100}],"stepParams":{}}]}'
            }
          },
          spec: {}
        } as never
      ],
      key: 'default/hello',
      writes: [
        {
          verb: 'update',
          kind: 'Ingress',
          body: {
            spec: {
              rules: [
                {
                  http: {
                    paths: [
                      {
                        splits: [
                          { serviceName: 'one', percent: 99 },
                          { serviceName: 'two', percent: 1 }
                        ]
                      }
                    ]
                  }
                },
                {}
              ]
            }
          }
        },
        placeholder('hello'),
        status({
          traffic: [
            { revisionName: 'one', percent: 99 },
            { revisionName: 'two', percent: 1 }
          ],
          conditions: [{}, {}, { reason: 'RolloutInProgress' }, {}]
        })
      ]
    }
  ])
})
