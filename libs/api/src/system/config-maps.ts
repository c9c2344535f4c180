import type * as k8s from '../kubernetes/index.ts'
import { systemNamespace } from './parts.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'

/** The ConfigMaps that components read, with the component label that the validating webhook selects by (reference 6.1, 7). */
const components: Readonly<Record<string, string>> = {
  'config-autoscaler': 'autoscaler',
  'config-certmanager': 'controller',
  'config-defaults': 'controller',
  'config-deployment': 'controller',
  'config-domain': 'controller',
  'config-features': 'controller',
  'config-gc': 'controller',
  'config-leader-election': 'controller',
  'config-logging': 'logging',
  'config-network': 'networking',
  'config-observability': 'observability'
}

/** Name of our ingress class: KIngresses of other classes are left to their own controllers. */
export const gatewayIngressClass = 'gateway.ingress.networking.knative.dev'

/** Name of our certificate class: Certificates of it are issued by the controller's own authority, others by whose class they name. */
export const issuerCertificateClass = 'issuer.certificate.networking.knative.dev'

/** All configuration of Serving: only what differs from the built-in defaults, and what the installation sets. */
export function configMapsOf(options: SystemOptions): k8s.ConfigMap[] {
  const own: Record<string, Record<string, string>> = {
    'config-deployment': { 'queue-sidecar-image': options.image('queue-proxy') },
    'config-network': { 'ingress-class': gatewayIngressClass, 'certificate-class': issuerCertificateClass }
  }
  return Object.entries(components).map(([name, component]) => {
    const data = { ...own[name], ...options.configuration?.[name] }
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: systemNamespace, labels: systemLabels(options, component) },
      ...(Object.keys(data).length === 0 ? {} : { data })
    }
  })
}
