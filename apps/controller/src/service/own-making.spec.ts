/** The webhook is not asked about children that this role creates for admitted objects, Revisions apart: they must be as it would leave them. */
import { expect, it } from '@jest/globals'
import { configurations, knativeServices, type Configuration, type Revision, type Service } from '@knative-ts/api'
import { controllerRefOf } from '@knative-ts/kube'
import { admitted, service } from '@knative-ts/testing'
import { revisionOf } from '../configuration/revision-of.ts'
import { podAutoscalerOf } from '../revision/pod-autoscaler-of.ts'
import { configurationOf } from './configuration-of.ts'
import { routeOf } from './route-of.ts'

const annotations = { 'autoscaling.knative.dev/min-scale': '2' }
const described: readonly [string, Service][] = [
  ['a plain Service', service()],
  [
    'a Service with tags, a name and limits',
    service({
      spec: {
        template: {
          metadata: { name: 'hello-one', annotations },
          spec: {
            containerConcurrency: 3,
            timeoutSeconds: 20,
            containers: [{ image: 'dev.local/hello', ports: [{ containerPort: 9000, name: 'h2c' }] }]
          }
        },
        traffic: [
          { latestRevision: true, percent: 90 },
          { revisionName: 'hello-zero', percent: 10, tag: 'old' }
        ]
      }
    })
  ],
  [
    'a Service of the class of Kubernetes',
    service({
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev' } },
          spec: { containers: [{ image: 'dev.local/hello' }] }
        }
      }
    })
  ]
]

it.each(described)('children of %s are as the webhook would leave them', (_what, given) => {
  const owner = admitted(given) as Service
  const ownerReferences = [controllerRefOf({ ...owner, metadata: { ...owner.metadata, uid: 'u' } }, knativeServices)]
  const owned = <T extends Configuration | Revision | ReturnType<typeof routeOf>>(child: T): T => ({
    ...child,
    metadata: { ...child.metadata, ownerReferences }
  })
  const configuration = owned(configurationOf(owner, undefined))
  expect(admitted(configuration)).toEqual(configuration)
  const route = owned(routeOf(owner))
  expect(admitted(route)).toEqual(route)
  const made = { ...configuration, metadata: { ...configuration.metadata, uid: 'c', generation: 1 } }
  const ofConfiguration = [controllerRefOf(made, configurations)]
  const revision = revisionOf(made, '2030-01-01T00:00:00Z')
  const born = { ...revision, metadata: { ...revision.metadata, ownerReferences: ofConfiguration } }
  const autoscaler = podAutoscalerOf(born, 'Reachable', 'kpa.autoscaling.knative.dev')
  expect(admitted(autoscaler)).toEqual(autoscaler)
})

it('a Revision of a template that was changed gets a default that its Service did not: Revisions are reviewed', () => {
  const { spec } = admitted(service()) as Service
  const template = structuredClone(spec.template) as { spec: Record<string, unknown> }
  expect(template.spec['enableServiceLinks']).toBe(false)
  delete template.spec['enableServiceLinks']
  const changed = { ...(admitted(service()) as Service), spec: { ...spec, template } } as Service
  const made = { ...configurationOf(changed, undefined), metadata: { name: 'hello', namespace: 'default', uid: 'c', generation: 2 } }
  const revision = revisionOf(made, '2030-01-01T00:00:00Z')
  const born = { ...revision, metadata: { ...revision.metadata, ownerReferences: [controllerRefOf(made, configurations)] } }
  expect(born.spec).not.toHaveProperty('enableServiceLinks')
  expect((admitted(born) as Revision).spec).toHaveProperty('enableServiceLinks', false)
})
