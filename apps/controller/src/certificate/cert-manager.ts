/** cert-manager's kinds, as far as they are rendered and read here (cert-manager.io/v1, acme.cert-manager.io/v1). */
import type { IssuerRef, KubeObject, Resource } from '@knative-ts/api'

/** cert-manager's Certificate. */
export interface CmCertificate extends KubeObject {
  readonly spec: {
    readonly commonName: string
    readonly dnsNames: readonly string[]
    readonly secretName: string
    readonly issuerRef: IssuerRef
    readonly secretTemplate: { readonly labels: Readonly<Record<string, string>> }
  }
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[]
    readonly notAfter?: string
    readonly renewalTime?: string
  }
}

/** cert-manager's ClusterIssuer. */
export interface CmClusterIssuer extends KubeObject {
  readonly spec?: { readonly acme?: { readonly solvers?: readonly { readonly http01?: unknown }[] } }
}

/** What an ACME authority asks of one host. */
export interface CmChallenge extends KubeObject {
  readonly spec?: { readonly token?: string; readonly dnsName?: string }
}

export const cmCertificates: Resource<CmCertificate> = {
  group: 'cert-manager.io',
  version: 'v1',
  plural: 'certificates',
  kind: 'Certificate',
  namespaced: true
}
export const cmClusterIssuers: Resource<CmClusterIssuer> = {
  group: 'cert-manager.io',
  version: 'v1',
  plural: 'clusterissuers',
  kind: 'ClusterIssuer',
  namespaced: false
}
export const cmChallenges: Resource<CmChallenge> = {
  group: 'acme.cert-manager.io',
  version: 'v1',
  plural: 'challenges',
  kind: 'Challenge',
  namespaced: true
}

/** The class of Certificates that cert-manager is asked for. */
export const certManagerClass = 'cert-manager.certificate.networking.knative.dev'
