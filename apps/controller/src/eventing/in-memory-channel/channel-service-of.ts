import { messagingRoleLabel, type InMemoryChannel } from '@knative-ts/api'
import type { Service } from '@knative-ts/api/kubernetes'
import { dataPlaneServices } from '../endpoints/service-endpoints.ts'
import { channelServiceName } from '../routing/members-of.ts'

/** The Service that gives a channel its host name: a name for the Service of the dispatchers. */
export function channelServiceOf({ metadata }: InMemoryChannel, systemNamespace: string, clusterDomain: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: channelServiceName(metadata.name ?? ''),
      namespace: metadata.namespace ?? '',
      labels: { [messagingRoleLabel]: 'in-memory-channel' }
    },
    spec: {
      type: 'ExternalName',
      externalName: `${dataPlaneServices.channel}.${systemNamespace}.svc.${clusterDomain}`,
      ports: [{ name: 'http', port: 80 }]
    }
  } as Service
}
