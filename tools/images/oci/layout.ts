/** An image as a file: an OCI image layout in a tar, which containerd, Docker, podman, skopeo and `npm run image -- load` read. */
import { mkdir, rename } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ImageIndex, mediaTypes, nameAnnotations } from '@knative-ts/kubelet'
import type { Blob, Cache } from '../cache.ts'
import { type Entry, fileOf, treeOf } from '../entry.ts'
import { tarOf } from '../tar.ts'
import { blobsOf, type Image } from './image.ts'

/** Writes `file`; `name` is the image's whole name with its tag. The file is there whole or not at all. */
export function writeLayout(image: Image, name: string, file: string, epochSeconds: number, cache: Cache): Promise<void> {
  return writeLayouts([{ image, name }], file, epochSeconds, cache)
}

/** An image, and its whole name with its tag. */
export interface NamedImage {
  readonly image: Image
  readonly name: string
}

/** Writes several into one file; blobs that they share are in it once. */
export async function writeLayouts(images: readonly NamedImage[], file: string, epochSeconds: number, cache: Cache): Promise<void> {
  const index: ImageIndex = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: images.map(({ image, name }) => ({
      ...image.index,
      annotations: { [nameAnnotations.containerd]: name, [nameAnnotations.reference]: name.slice(name.lastIndexOf(':') + 1) }
    }))
  }
  // What `docker save` writes, over the same blobs, for the first architecture: Docker before 25 reads nothing else.
  const docker = images.flatMap(({ image, name }) =>
    image.platforms.slice(0, 1).map(({ config, layers }) => ({
      Config: pathOf(config),
      RepoTags: [name],
      Layers: layers.map(({ descriptor }) => pathOf(descriptor))
    }))
  )
  const all = new Map(images.flatMap(({ image }) => blobsOf(image)).map((blob) => [blob.digest, blob]))
  const blobs = [...all.values()].map(({ digest, size }): Entry => ({
    type: 'file',
    path: `blobs/${digest.replace(':', '/')}`,
    mode: 0o644,
    content: { file: cache.fileOf(digest), size }
  }))
  const entries = treeOf([
    fileOf('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    fileOf('index.json', JSON.stringify(index)),
    fileOf('manifest.json', JSON.stringify(docker)),
    ...blobs
  ])
  await mkdir(dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}`
  await pipeline(Readable.from(tarOf(entries, epochSeconds)), createWriteStream(partial))
  await rename(partial, file)
}

const pathOf = ({ digest }: Blob): string => `blobs/${digest.replace(':', '/')}`
