/** What `kubectl get --raw` with a Table, and `kubectl get pods.metrics.k8s.io`, print: metrics-server's columns. */
import type { KubeObject } from '@knative-ts/api'
import { quantityValue } from '../builtin/quantity.ts'
import type { Column } from '../table/table.ts'
import { usageOf, type NodeMetrics, type PodMetrics, type UsageList } from './usage-objects.ts'

const usagesOf = (object: KubeObject): readonly UsageList[] =>
  object.kind === 'PodMetrics' ? (object as PodMetrics).containers.map(({ usage }) => usage) : [(object as NodeMetrics).usage]

function totalOf(object: KubeObject): UsageList {
  const usages = usagesOf(object)
  const sum = (name: keyof UsageList): number => usages.reduce((total, usage) => total + quantityValue(usage[name]), 0)
  return usageOf(sum('cpu') * 1e9, sum('memory'))
}

export const usageColumns: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name of the resource', cell: ({ metadata }) => metadata.name ?? '' },
  { name: 'cpu', type: 'string', format: 'quantity', cell: (object) => totalOf(object).cpu },
  { name: 'memory', type: 'string', format: 'quantity', cell: (object) => totalOf(object).memory },
  { name: 'Window', type: 'string', format: 'duration', cell: (object) => (object as PodMetrics).window }
]
