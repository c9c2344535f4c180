/** The smallest good object of a kind, to try one change of it. */

export type TriedKind = 'Service' | 'Configuration' | 'DomainMapping' | 'Ingress' | 'Certificate'

interface Smallest {
  /** Path of the collection. */
  readonly collection: string
  readonly object: object
}

/** A new one at each call. */
export function smallestOf(kind: TriedKind, namespace: string): Smallest {
  const made = (group: string, plural: string, spec: object, name = 'tried'): Smallest => ({
    collection: `/apis/${group}/namespaces/${namespace}/${plural}`,
    object: { apiVersion: group, kind, metadata: { name, namespace }, spec }
  })
  const template = { spec: { containers: [{ image: 'registry.example/app:v1' }] } }
  const networking = 'networking.internal.knative.dev/v1alpha1'
  switch (kind) {
    case 'Service':
      return made('serving.knative.dev/v1', 'services', { template })
    case 'Configuration':
      return made('serving.knative.dev/v1', 'configurations', { template })
    case 'DomainMapping':
      return made(
        'serving.knative.dev/v1beta1',
        'domainmappings',
        { ref: { kind: 'Service', apiVersion: 'serving.knative.dev/v1', name: 'tried', namespace } },
        'tried.example.com'
      )
    case 'Ingress':
      return made(networking, 'ingresses', {
        rules: [
          { hosts: ['a.example.com'], http: { paths: [{ splits: [{ serviceName: 'a', serviceNamespace: namespace, servicePort: 80 }] }] } }
        ]
      })
    case 'Certificate':
      return made(networking, 'certificates', { dnsNames: ['a.example.com'], secretName: 'tried' })
  }
}
