import { childName, type ApiServerSource } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import type { Addressed } from '../../destinations/addressed.ts'
import { sinkVariables } from '../source-sink.ts'
import type { WatchedNamespaces } from './watched-namespaces.ts'
import type { WatchedResource } from './watched-resources.ts'

/** What an adapter is made from, beside its source. */
export interface AdapterOptions {
  readonly image: string
  readonly systemNamespace: string
  readonly sink: Addressed
  readonly namespaces: WatchedNamespaces
  readonly resources: readonly WatchedResource[]
  readonly nodeSelector: Readonly<Record<string, string>>
  /** Failures to send become Events of the source. */
  readonly reportsFailures: boolean
  /** Any watch that fails ends the adapter: permissions were not asked for before. */
  readonly failFast: boolean
}

const probePort = 8086

/** The Deployment that watches for one source, under the ServiceAccount of its user (reference 5.2). */
export function adapterOf(source: ApiServerSource, options: AdapterOptions): Deployment {
  const { name = '', namespace = '', uid = '' } = source.metadata
  const labels = { 'eventing.knative.dev/source': 'apiserver-source-controller', 'eventing.knative.dev/sourceName': name }
  const mesh = { 'sidecar.istio.io/inject': 'true' }
  const { nodeSelector } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: childName(`apiserversource-${name}-`, uid), namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, ...mesh }, annotations: mesh },
        spec: {
          serviceAccountName: source.spec.serviceAccountName || 'default',
          enableServiceLinks: false,
          ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
          containers: [
            {
              name: 'receive-adapter',
              image: options.image,
              env: [
                { name: 'SOURCE_KIND', value: 'apiserver' },
                ...sinkVariables(options.sink, source.spec.ceOverrides),
                { name: 'K_SOURCE_CONFIG', value: JSON.stringify(configOf(source, options)) },
                { name: 'SYSTEM_NAMESPACE', value: options.systemNamespace },
                { name: 'NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } },
                { name: 'NAME', value: name },
                { name: 'K_SOURCE_UID', value: uid },
                { name: 'METRICS_DOMAIN', value: 'knative.dev/eventing' },
                { name: 'K_OBSERVABILITY_CONFIG', value: JSON.stringify({ enableSinkEventErrorReporting: options.reportsFailures }) }
              ],
              ports: [{ name: 'probes', containerPort: probePort, protocol: 'TCP' }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'probes' }, periodSeconds: 2, timeoutSeconds: 5 },
              livenessProbe: { httpGet: { path: '/livez', port: 'probes' }, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' }
              }
            }
          ]
        }
      }
    }
  }
}

function configOf({ spec }: ApiServerSource, { namespaces, resources, failFast }: AdapterOptions): object {
  const { owner, mode = 'Reference', filters = [] } = spec
  return {
    namespaces: namespaces.all ? [''] : namespaces.names,
    allNamespaces: namespaces.all,
    resources,
    ...(owner !== undefined && { owner }),
    mode,
    ...(filters.length > 0 && { filters }),
    ...(failFast && { failFast })
  }
}
