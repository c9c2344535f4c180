import { readyOf, type Certificate, type IngressTls, type KubeObject, type Resource } from '@knative-ts/api'
import { ensureOwned, equalJson, errorText, NotOwnedError, type EventRecorder, type Kept } from '@knative-ts/kube'

/** Where Certificates are kept, and who is told of what is done to them. */
export interface CertificateKeeping {
  readonly certificates: Kept<Certificate>
  readonly recorder: EventRecorder
}

/** Creates or updates a Certificate of `owner`, which learns of it by events. Throws NotOwnedError when the name is taken. */
export async function ensureCertificate<O extends KubeObject>(
  { certificates, recorder }: CertificateKeeping,
  owner: O,
  ownerResource: Resource<O>,
  desired: Certificate
): Promise<Certificate> {
  const { namespace, name, labels, annotations } = desired.metadata
  const called = `${namespace}/${name}`
  const existed = certificates.get({ namespace: namespace ?? '', name: name ?? '' }) !== undefined
  try {
    const { object, action } = await ensureOwned(certificates, owner, ownerResource, desired, (current) => {
      const { spec, metadata } = current
      const same = equalJson([spec, metadata.labels, metadata.annotations], [desired.spec, labels, annotations])
      return same ? undefined : { ...current, metadata: { ...metadata, ...pick(labels, annotations) }, spec: desired.spec }
    })
    if (action === 'created') recorder.record(owner, 'Normal', 'Created', `Created Certificate ${called}`)
    if (action === 'updated') recorder.record(owner, 'Normal', 'Updated', `Updated Spec for Certificate ${called}`)
    return object
  } catch (error) {
    if (error instanceof NotOwnedError) throw error
    const [reason, verb] = existed ? (['UpdateFailed', 'update'] as const) : (['CreationFailed', 'create'] as const)
    recorder.record(owner, 'Warning', reason, `Failed to ${verb} Certificate ${called}: ${errorText(error)}`)
    throw error
  }
}

const pick = (labels: Record<string, string> | undefined, annotations: Record<string, string> | undefined) => ({
  ...(labels === undefined ? {} : { labels }),
  ...(annotations === undefined ? {} : { annotations })
})

/** What a KIngress says about the hosts of a Certificate. */
export const ingressTlsOf = ({ metadata, spec }: Certificate, hosts: readonly string[]): IngressTls => ({
  hosts: hosts.toSorted(),
  secretName: spec.secretName,
  secretNamespace: metadata.namespace ?? ''
})

/** Why a Certificate is not ready, to stand after a colon: its reason, and its message where it has one. */
export function whyNotReady(certificate: Certificate): string {
  const { reason = '', message = '' } = readyOf(certificate) ?? {}
  return [reason, message].filter((text) => text !== '').join(': ')
}
