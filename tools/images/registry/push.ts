/** Puts images into a registry. */
import type { Cache } from '../cache.ts'
import { ImagesError } from '../failure.ts'
import { parseImageReference } from '@knative-ts/kubelet'
import { blobsOf, type Image } from '../oci/image.ts'
import type { Registries } from './registries.ts'

/** Where images go: `host/prefix/NAME`. */
export interface Destination {
  readonly host: string
  readonly prefix: string
}

export function parseDestination(text: string): Destination {
  const reference = parseImageReference(`${text}/name`)
  const hasHost = reference !== undefined && text.startsWith(`${reference.registry}`)
  if (reference === undefined || !hasHost)
    throw new ImagesError(
      `--push: "${text}" is not REGISTRY/PREFIX: write the registry's host, a slash, and where in it, such as registry.example.com/knative-ts`
    )
  return { host: reference.registry, prefix: reference.path.replace(/\/?name$/, '') }
}

/** Pushes every image under its name; blobs that several share are sent once. Gives the pinned names, in order. */
export async function push(
  images: readonly Image[],
  tag: string,
  { host, prefix }: Destination,
  registries: Registries,
  cache: Cache
): Promise<string[]> {
  const holders = new Map<string, string>()
  const pinned: string[] = []
  for (const image of images) {
    const path = prefix === '' ? image.name : `${prefix}/${image.name}`
    const repository = await registries.open(host, path, true)
    const manifests = new Set(image.platforms.map(({ manifest }) => manifest.digest).concat(image.index.digest))
    for (const blob of blobsOf(image)) {
      if (manifests.has(blob.digest)) continue
      await repository.putBlob(blob, cache.fileOf(blob.digest), holders.get(blob.digest))
      holders.set(blob.digest, path)
    }
    for (const { manifest } of image.platforms) await repository.putManifest(manifest, manifest.digest, cache.bytesOf(manifest.digest))
    await repository.putManifest(image.index, tag, cache.bytesOf(image.index.digest))
    pinned.push(`${host}/${path}@${image.index.digest}`)
  }
  return pinned
}
