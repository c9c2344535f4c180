import { podsCertificateName, servesTls, type Certificate, type Revision } from '@knative-ts/api'
import { namespaces as namespaceResource, type Deployment, type Namespace } from '@knative-ts/api/kubernetes'
import { ensureOwned, equalJson, NotOwnedError } from '@knative-ts/kube'
import { whyNotReady } from '../certificate/ensure-certificate.ts'
import { podsCertificateOf } from '../certificate/internal-certificate-of.ts'
import type { Objects } from '../objects.ts'
import type { RevisionSettings } from './revision-settings.ts'

type Needed = Pick<Objects, 'namespaces' | 'certificates' | 'tlsSecrets'>

/**
 * Has the certificate made that the pods of a revision's namespace show, where they need one; it belongs to the namespace. True when new pods of the
 * revision have it mounted, false when they have none; a sentence when its Deployment must wait for it, and for what.
 */
export async function ensurePodsCertificate(
  objects: Needed,
  { metadata: { namespace = '' } }: Revision,
  known: Deployment | undefined,
  { queueProxy, certificateClass }: Pick<RevisionSettings, 'queueProxy' | 'certificateClass'>
): Promise<boolean | string> {
  if (!queueProxy.certificate) return false
  const owner = objects.namespaces.get({ namespace: '', name: namespace })
  const certificate = owner && (await ensure(objects, owner, podsCertificateOf(namespace, certificateClass)))
  const { 'tls.crt': cert, 'tls.key': key } = objects.tlsSecrets.get({ namespace, name: podsCertificateName })?.data ?? {}
  if (cert && key) return true
  // What runs goes on as it is: a Secret that is away for a moment makes no new pods.
  if (known !== undefined) return servesTls(known.spec?.template ?? {})
  const why = certificate === undefined ? '' : whyNotReady(certificate)
  return `Certificate "${podsCertificateName}", which pods need while system-internal-tls is on, is not issued yet${why === '' ? '.' : `: ${why}`}`
}

async function ensure({ certificates }: Needed, owner: Namespace, desired: Certificate): Promise<Certificate | undefined> {
  const { labels = {}, annotations = {}, namespace = '', name = '' } = desired.metadata
  try {
    const { object } = await ensureOwned(certificates, owner, namespaceResource, desired, (current) => {
      const { metadata, spec } = current
      const same = equalJson([spec, metadata.labels, metadata.annotations], [desired.spec, labels, annotations])
      return same ? undefined : { ...current, metadata: { ...metadata, labels, annotations }, spec: desired.spec }
    })
    return object
  } catch (error) {
    // Somebody's own of that name will do, once its Secret is there.
    if (error instanceof NotOwnedError) return certificates.get({ namespace, name })
    throw error
  }
}
