import { apiVersionOf, childName, serverlessServiceLabel, serviceTypeLabel, type ServerlessService } from '@knative-ts/api'
import { services, type Service, type ServicePort } from '@knative-ts/api/kubernetes'

export const privateNameOf = (sks: ServerlessService): string => childName(sks.metadata.name ?? '', '-private')

/** Name of the port that requests go to, and the queue-proxy's or activator's number behind it. */
export function requestPortOf(sks: ServerlessService): {
  readonly name: 'http' | 'http2'
  readonly port: 80 | 81
  readonly target: 8012 | 8013
} {
  return sks.spec.protocolType === 'h2c' ? { name: 'http2', port: 81, target: 8013 } : { name: 'http', port: 80, target: 8012 }
}

export const httpsTarget = 8112
const https: ServicePort = { name: 'https', protocol: 'TCP', port: 443, targetPort: httpsTarget }

const appProtocolOf = (sks: ServerlessService): { appProtocol?: string } =>
  sks.spec.protocolType === 'h2c' ? { appProtocol: 'kubernetes.io/h2c' } : {}

/** Labels of all that a ServerlessService owns. */
export const labelsOf = (sks: ServerlessService, type: 'Public' | 'Private'): Record<string, string> => ({
  ...sks.metadata.labels,
  [serverlessServiceLabel]: sks.metadata.name ?? '',
  [serviceTypeLabel]: type
})

function serviceOf(sks: ServerlessService, name: string, type: 'Public' | 'Private', spec: Service['spec']): Service {
  const { namespace = '', annotations = {} } = sks.metadata
  return {
    apiVersion: apiVersionOf(services),
    kind: services.kind,
    metadata: { name, namespace, labels: labelsOf(sks, type), annotations },
    ...(spec === undefined ? {} : { spec })
  }
}

/** The Service that requests are sent to. Its endpoints are written by us: pods or activators. */
export function publicServiceOf(sks: ServerlessService): Service {
  const { name, port, target } = requestPortOf(sks)
  return serviceOf(sks, sks.metadata.name ?? '', 'Public', {
    ports: [{ name, protocol: 'TCP', ...appProtocolOf(sks), port, targetPort: target }, https]
  })
}

/** The Service that always leads to the pods: for the activator and for metrics. */
export function privateServiceOf(sks: ServerlessService, selector: Readonly<Record<string, string>>): Service {
  const { name, target } = requestPortOf(sks)
  return serviceOf(sks, privateNameOf(sks), 'Private', {
    selector: { ...selector },
    ports: [
      { name, protocol: 'TCP', ...appProtocolOf(sks), port: 80, targetPort: target },
      https,
      { name: 'http-autometric', protocol: 'TCP', port: 9090, targetPort: 'http-autometric' },
      { name: 'http-usermetric', protocol: 'TCP', port: 9091, targetPort: 'http-usermetric' },
      { name: `${name}-istio`, protocol: 'TCP', port: target, targetPort: target }
    ]
  })
}
