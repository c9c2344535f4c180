/** The two resources of metrics.k8s.io: read only, made at each request. */
import type { ResourceType } from '../registry/resource-type.ts'
import { usageColumns } from './usage-columns.ts'

export const usageGroup = 'metrics.k8s.io'
export const nodesStorage = `${usageGroup}/nodes`
export const podsStorage = `${usageGroup}/pods`

const quantities = { type: 'object', additionalProperties: { type: 'string', 'x-kubernetes-int-or-string': true } } as const
const when = { timestamp: { type: 'string', format: 'date-time' }, window: { type: 'string' } } as const

function typeOf(plural: string, kind: string, namespaced: boolean, properties: ResourceType['schema']['properties']): ResourceType {
  return {
    group: usageGroup,
    version: 'v1beta1',
    plural,
    singular: '',
    kind,
    listKind: `${kind}List`,
    shortNames: [],
    categories: [],
    namespaced,
    verbs: ['get', 'list'],
    subresources: new Map(),
    schema: { type: 'object', properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...properties } },
    storage: `${usageGroup}/${plural}`,
    columns: usageColumns
  }
}

export const usageTypes: readonly ResourceType[] = [
  typeOf('nodes', 'NodeMetrics', false, { metadata: { type: 'object' }, ...when, usage: quantities }),
  typeOf('pods', 'PodMetrics', true, {
    metadata: { type: 'object' },
    ...when,
    containers: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, usage: quantities } } }
  })
]
