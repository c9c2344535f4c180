/** OpenAPI documents, of built-in groups and of definitions. */
import type { Case, Step } from '../recorded-case.ts'
import { defined, definition, GROUP, version } from './definition-builders.ts'

const get = (path: string, rest: Partial<Step> = {}): Step => ({ verb: 'request', path, ...rest })
const text = { type: 'string', description: 'A text.', default: 'x', enum: ['x', 'y'] }
const schema = {
  type: 'object',
  description: 'A thing.',
  properties: {
    spec: {
      type: 'object',
      required: ['a'],
      properties: {
        a: text,
        b: { 'x-kubernetes-int-or-string': true },
        l: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } }
      }
    }
  }
}
const things = definition([version(schema, { subresources: { status: {} } })])

export const cases: readonly Case[] = [
  { name: 'index names groups', steps: [get('/openapi/v3', { show: ['paths.version.nope'] })] },
  {
    name: 'document of a group',
    steps: [
      get('/openapi/v3/apis/coordination.k8s.io/v1', {
        show: [
          'openapi',
          'info.title',
          'components.schemas.io~k8s~api~coordination~v1~Lease',
          'components.schemas.io~k8s~api~coordination~v1~LeaseSpec'
        ]
      })
    ]
  },
  {
    name: 'operations of a group',
    steps: [
      get('/openapi/v3/apis/coordination.k8s.io/v1', {
        show: [
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases.post.operationId',
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases.post.x-kubernetes-group-version-kind',
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases.post.x-kubernetes-action',
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases/{name}.get.operationId'
        ]
      })
    ]
  },
  { name: 'an unknown document', steps: [get('/openapi/v3/apis/nonsense.example/v1'), get('/openapi/v3/nonsense')] },
  {
    name: 'a schema of a definition',
    steps: [
      ...defined(things),
      { verb: 'wait', verb2: 'request', path: `/openapi/v3/apis/${GROUP}/v1`, status: 200, silent: true },
      get(`/openapi/v3/apis/${GROUP}/v1`, { show: ['openapi', 'info.title'] })
    ]
  },
  {
    name: 'the old document',
    steps: [
      get('/openapi/v2', {
        show: [
          'swagger',
          'info.title',
          'definitions.io~k8s~api~core~v1~Pod.type',
          'definitions.io~k8s~api~core~v1~Pod.x-kubernetes-group-version-kind',
          'definitions.io~k8s~api~coordination~v1~LeaseSpec'
        ]
      })
    ]
  },
  {
    name: 'the old document, operations',
    steps: [
      get('/openapi/v2', {
        show: [
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases.post.operationId',
          'paths./apis/coordination~k8s~io/v1/namespaces/{namespace}/leases.post.x-kubernetes-group-version-kind'
        ]
      })
    ]
  }
]
