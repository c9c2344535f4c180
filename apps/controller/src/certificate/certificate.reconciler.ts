import { certificateClassAnnotations, firstOf, issuerCertificateClass, type Certificate, type CertificateStatus } from '@knative-ts/api'
import type { Outcome } from '@knative-ts/kube'
import type { BuiltInIssuer } from './built-in-issuer.ts'
import { certManagerClass } from './cert-manager.ts'
import type { CertManagerIssuer } from './cert-manager-issuer.ts'

const classOf = (certificate: Certificate): string => firstOf(certificate.metadata.annotations, certificateClassAnnotations) ?? ''

/** Certificates of other classes are left to their own controllers. */
export const isIssuedHere = (certificate: Certificate): boolean => [issuerCertificateClass, certManagerClass].includes(classOf(certificate))

/** A Certificate is a Secret: from the authority of our own, or by way of cert-manager, as its class says. */
export class CertificateReconciler {
  readonly #builtIn: BuiltInIssuer
  readonly #certManager: CertManagerIssuer

  constructor(builtIn: BuiltInIssuer, certManager: CertManagerIssuer) {
    this.#builtIn = builtIn
    this.#certManager = certManager
  }

  reconcile(certificate: Certificate & { status: CertificateStatus }): Promise<Outcome> {
    return classOf(certificate) === certManagerClass ? this.#certManager.issue(certificate) : this.#builtIn.issue(certificate)
  }
}
