/** Custom resources, patches, subresources, reviews and discovery. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, deployment, object } from '../builders.ts'
import { PROTOBUF, JSON_TYPE, PARTIAL, PARTIAL_LIST, TABLE, accepting, inProtobuf, made } from './builders.ts'

const widgets = (scope: string): readonly Step[] => [
  {
    verb: 'create',
    silent: true,
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${scope}s.$NS.example` },
      spec: {
        group: '$NS.example',
        scope: 'Namespaced',
        names: { plural: `${scope}s`, singular: scope, kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
          }
        ]
      }
    } as NonNullable<Step['object']>
  },
  {
    verb: 'wait',
    silent: true,
    path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${scope}s.$NS.example`,
    where: { 'status.conditions.1.status': 'True' }
  },
  { verb: 'wait', silent: true, path: `/apis/$NS.example/v1/namespaces/$NS/${scope}s` },
  {
    verb: 'request',
    method: 'POST',
    silent: true,
    path: `/apis/$NS.example/v1/namespaces/$NS/${scope}s`,
    type: JSON_TYPE,
    body: { apiVersion: '$NS.example/v1', kind: 'Widget', metadata: { name: 'x' }, a: 'b' }
  }
]

const widgetPath = (scope: string) => `/apis/$NS.example/v1/namespaces/$NS/${scope}s`

export const elsewhere: readonly Case[] = [
  {
    name: 'custom resources have no protobuf form',
    steps: [
      ...widgets('gear'),
      inProtobuf({ verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting(`${PROTOBUF},${JSON_TYPE}`, { verb: 'request', path: `${widgetPath('gear')}/x`, show: ['kind', 'a'] }),
      accepting(`${PROTOBUF}${PARTIAL}`, { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting(`${PROTOBUF}${PARTIAL_LIST}`, { verb: 'request', path: widgetPath('gear') }),
      accepting(`${PROTOBUF}${TABLE}`, { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting('text/html', { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting('application/*', { verb: 'request', path: `${widgetPath('gear')}/x`, show: ['kind'] }),
      inProtobuf({ verb: 'request', path: `${widgetPath('gear')}/nothing` })
    ]
  },
  {
    name: 'patches are never protobuf',
    steps: [
      made(configMap('x')),
      inProtobuf({ verb: 'request', method: 'PATCH', path: '/api/v1/namespaces/$NS/configmaps/x', type: PROTOBUF, body: configMap('x') })
    ]
  },
  {
    name: 'bodies that are no protobuf',
    steps: [
      {
        verb: 'create',
        of: 'v1 ConfigMap',
        text: '{"kind":"ConfigMap"}',
        type: PROTOBUF,
        path: '/api/v1/namespaces/$NS/configmaps',
        show: 'verdict'
      },
      { verb: 'create', of: 'v1 ConfigMap', text: '', type: PROTOBUF, path: '/api/v1/namespaces/$NS/configmaps', show: 'verdict' },
      { verb: 'create', object: object('v1 Secret', 'x'), type: PROTOBUF, path: '/api/v1/namespaces/$NS/configmaps' }
    ]
  },
  {
    name: 'subresources in protobuf',
    steps: [
      made(deployment('x', { replicas: 0, paused: true })),
      made(object('v1 ServiceAccount', 'x')),
      inProtobuf({ of: 'apps/v1 Deployment x', sub: 'scale', show: ['kind', 'apiVersion', 'spec.replicas', 'status.selector'] }),
      inProtobuf({ of: 'apps/v1 Deployment x', sub: 'status', show: ['kind', 'spec.replicas'] }),
      inProtobuf({
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/serviceaccounts/x/token',
        type: PROTOBUF,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
        show: ['kind', 'apiVersion', 'spec.expirationSeconds']
      })
    ]
  },
  {
    name: 'reviews in protobuf',
    steps: [
      inProtobuf({
        verb: 'request',
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        type: PROTOBUF,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: '$NS' } }
        },
        show: ['kind', 'status.allowed', 'spec.resourceAttributes.verb']
      })
    ]
  },
  ...(['/api', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1'] as const).map((path): Case => ({
    name: `discovery of ${path} in protobuf`,
    steps: [
      inProtobuf({ verb: 'request', path, show: ['kind', 'apiVersion', 'groupVersion', 'name', 'versions.0'] }),
      accepting('text/html', { verb: 'request', path })
    ]
  }))
]
