import {
  anyServerName,
  apiVersionOf,
  certificateClassAnnotations,
  certificates,
  certificateTypeLabel,
  podsCertificateName,
  podsServerName,
  rolesCertificateName,
  rolesServerName,
  type Certificate
} from '@knative-ts/api'

/** The Certificate that the roles show (reference 1.2, shipped objects: made here, so that it is of the configured class). */
export const rolesCertificateOf = (systemNamespace: string, certificateClass: string): Certificate =>
  internal(systemNamespace, rolesCertificateName, rolesServerName, certificateClass)

/** The Certificate that all pods of a namespace's revisions show (reference 2.3). */
export const podsCertificateOf = (namespace: string, certificateClass: string): Certificate =>
  internal(namespace, podsCertificateName, podsServerName(namespace), certificateClass)

function internal(namespace: string, name: string, serverName: string, certificateClass: string): Certificate {
  return {
    apiVersion: apiVersionOf(certificates),
    kind: certificates.kind,
    metadata: {
      name,
      namespace,
      labels: { [certificateTypeLabel]: 'system-internal' },
      annotations: { [certificateClassAnnotations[0]]: certificateClass }
    },
    spec: { dnsNames: [serverName, anyServerName], secretName: name }
  }
}
