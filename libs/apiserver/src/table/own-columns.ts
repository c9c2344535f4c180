/** Columns that Kubernetes' printers do not define: those of the aggregator's kind, and of a Scale. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Column } from './table.ts'

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number }
}

/** What comes between name and age, by storage name. */
export const ownColumns: Readonly<Record<string, readonly Column[]>> = {
  'apiregistration.k8s.io/apiservices': [
    {
      name: 'Service',
      type: 'string',
      description: 'The reference to the service that hosts this API endpoint.',
      cell(object) {
        const { service } = (object as k8s.APIService).spec ?? {}
        return service === undefined ? 'Local' : `${service.namespace}/${service.name}`
      }
    },
    {
      name: 'Available',
      type: 'string',
      description: 'Whether this service is available.',
      cell(object) {
        const available = (object as k8s.APIService).status?.conditions?.find(({ type }) => type === 'Available')
        if (available === undefined) return 'Unknown'
        return available.status === 'True' ? 'True' : `${available.status} (${available.reason})`
      }
    }
  ],
  'autoscaling/scales': [
    {
      name: 'Desired',
      type: 'integer',
      description: 'replicas is the desired number of instances for the scaled object.',
      cell: (object) => (object as Scale).spec?.replicas ?? 0
    },
    {
      name: 'Available',
      type: 'integer',
      description: 'replicas is the actual number of observed instances of the scaled object.',
      cell: (object) => (object as Scale).status?.replicas ?? 0
    }
  ]
}
