import { keyOf, keyText, revisionConditions, type ContainerStatus, type Revision, type RevisionStatus } from '@knative-ts/api'
import { Marks } from '@knative-ts/kube'
import type { DigestResolver } from './digest-resolver.ts'
import type { RevisionSettings } from './revision-settings.ts'

/**
 * Writes the images of all containers into the status, by digest where registries are asked for one; only once, since a revision is for
 * ever the same. False while digests are awaited. Throws when a registry refused, so that it is asked again with backoff.
 */
export function resolveImages(
  revision: Revision & { status: RevisionStatus },
  resolver: DigestResolver,
  settings: RevisionSettings
): boolean {
  const { status, spec } = revision
  const key = keyText(keyOf(revision))
  const init = spec.initContainers ?? []
  if ((status.containerStatuses?.length ?? 0) === spec.containers.length && (status.initContainerStatuses?.length ?? 0) === init.length) {
    resolver.forget(key)
    return true
  }
  const images = [...spec.containers, ...init].map((container) => container.image ?? '')
  const { registriesSkippingTagResolving: skippedRegistries, digestResolutionTimeoutMs: timeoutMs } = settings
  const answer = resolver.resolve({
    key,
    uid: revision.metadata.uid ?? '',
    images,
    skippedRegistries,
    timeoutMs,
    namespace: revision.metadata.namespace ?? '',
    serviceAccountName: spec.serviceAccountName ?? '',
    imagePullSecrets: (spec.imagePullSecrets ?? []).flatMap(({ name = '' }) => (name === '' ? [] : [name]))
  })
  const marks = new Marks(status, revisionConditions)
  if (answer.kind === 'pending') {
    marks.unknown('ResourcesAvailable', 'ResolvingDigests')
    return false
  }
  if (answer.kind === 'failed') {
    const message = `Unable to fetch image "${answer.image}": failed to resolve image to digest: ${answer.message}`
    marks.false('ContainerHealthy', 'ContainerMissing', message)
    throw new Error(message)
  }
  const statusOf = (container: { readonly name?: string; readonly image?: string }): ContainerStatus => {
    const digest = answer.digests.get(container.image ?? '') ?? ''
    return { name: container.name ?? '', ...(digest === '' ? {} : { imageDigest: digest }) }
  }
  status.containerStatuses = spec.containers.map(statusOf)
  if (init.length > 0) status.initContainerStatuses = init.map(statusOf)
  return true
}
