import { isReady, type Certificate, type Ingress } from '@knative-ts/api'
import type { CertificateKeeping } from './ensure-certificate.ts'

/**
 * Deletes certificates that nothing needs any more, once every gateway serves a KIngress that does not name them: their Secrets go with them, and a host must not be
 * without one in between. What is not deleted now is when the KIngress is ready.
 */
export async function giveUpCertificates(
  { certificates, recorder }: CertificateKeeping,
  surplus: readonly Certificate[],
  ingress: Ingress
): Promise<void> {
  if (surplus.length === 0 || !isReady(ingress)) return
  const shown = new Set((ingress.spec.tls ?? []).map(({ secretName }) => secretName))
  for (const certificate of surplus.filter(({ spec }) => !shown.has(spec.secretName))) {
    const { namespace, name } = certificate.metadata
    await certificates.delete(certificate)
    recorder.record(certificate, 'Normal', 'Deleted', `Deleted orphaned Knative Certificate ${namespace}/${name}`)
  }
}
