import type { KubeObject, Resource } from '../../object.ts'
import type { CertificateSpec, CertificateStatus } from './certificate.schema.ts'

/** A certificate that some hosts need, and the Secret that it is wanted in ("KCert"). Its class says who makes it. */
export interface Certificate extends KubeObject {
  spec: CertificateSpec
  status?: CertificateStatus
}

/** The resource of {@link Certificate}. */
export const certificates: Resource<Certificate> = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'certificates',
  kind: 'Certificate',
  namespaced: true
}
