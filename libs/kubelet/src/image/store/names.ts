import { type ImageReference, parseImageReference, repositoryOf } from '@knative-ts/registry'
import { ImageError } from './oci.ts'

/** An image's whole name as Docker completes it: registry, `library/` for official ones, a tag unless there is a digest. */
export function wholeName({ registry, path, tag, digest }: ImageReference): string {
  const repository = repositoryOf({ registry, path })
  return digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`
}

/** The whole name of what somebody wrote. Throws {@link ImageError}. */
export function completed(text: string): string {
  const reference = parseImageReference(text)
  if (reference === undefined) throw new ImageError(`"${text}" is no image name: write [registry/]path[:tag]`)
  return wholeName(reference)
}
