/** An image as OCI describes it (image-spec 1.1): configuration, manifest and index, made of layers that are there already. */
import { type Descriptor, type ImageConfiguration, type ImageIndex, type Manifest, mediaTypes } from '@knative-ts/kubelet'
import type { Architecture } from '../architecture.ts'
import type { Blob, Cache } from '../cache.ts'
import type { Layer } from '../layer.ts'
import { nonroot } from '../nonroot.ts'

/** The image for one architecture. */
export interface PlatformImage {
  readonly architecture: Architecture
  readonly manifest: Descriptor
  readonly config: Blob
  readonly layers: readonly Layer[]
}

/** One app's image for every architecture that it was built for. */
export interface Image {
  readonly name: string
  readonly index: Descriptor
  readonly platforms: readonly PlatformImage[]
}

export interface ImageDescription {
  readonly architecture: Architecture
  readonly layers: readonly Layer[]
  readonly labels: Readonly<Record<string, string>>
  /** Variables of the base image, `NAME=value`. */
  readonly env: readonly string[]
  /** RFC 3339. */
  readonly created: string
  /** Default: Node with the app's bundle. */
  readonly command?: readonly string[]
}

/** What the image store does not read, and registries and `docker inspect` show. */
export interface ConfigurationWithLabels extends ImageConfiguration {
  readonly created: string
  readonly config: NonNullable<ImageConfiguration['config']> & { readonly Labels: Readonly<Record<string, string>> }
  readonly history: readonly { readonly created: string; readonly created_by: string; readonly comment: string }[]
}

const appCommand = ['/usr/local/bin/node', '/app/main.mjs']

export function configurationOf({
  architecture,
  layers,
  labels,
  env,
  created,
  command = appCommand
}: ImageDescription): ConfigurationWithLabels {
  return {
    created,
    architecture,
    os: 'linux',
    config: {
      User: `${nonroot}:${nonroot}`,
      Env: env,
      Entrypoint: command,
      WorkingDir: '/app',
      StopSignal: 'SIGTERM',
      Labels: labels
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ about }) => ({ created, created_by: 'npm run images', comment: about }))
  }
}

/** Puts configuration and manifest into the cache beside the layers. */
export function platformImage(description: ImageDescription, annotations: Readonly<Record<string, string>>, cache: Cache): PlatformImage {
  const { architecture, layers } = description
  const config = cache.put(Buffer.from(JSON.stringify(configurationOf(description))))
  const manifest: Manifest & Record<string, unknown> = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...config },
    layers: layers.map(({ descriptor }) => descriptor),
    annotations
  }
  const blob = cache.put(Buffer.from(JSON.stringify(manifest)))
  return { architecture, manifest: { mediaType: mediaTypes.manifest, ...blob, platform: { architecture, os: 'linux' } }, config, layers }
}

/** The index that leads each machine to its own. */
export function imageOf(
  name: string,
  platforms: readonly PlatformImage[],
  annotations: Readonly<Record<string, string>>,
  cache: Cache
): Image {
  const index: ImageIndex & Record<string, unknown> = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: platforms.map(({ manifest }) => manifest),
    annotations
  }
  return { name, index: { mediaType: mediaTypes.index, ...cache.put(Buffer.from(JSON.stringify(index))) }, platforms }
}

/** Everything that a registry or a tar must hold, what others name before what names it. */
export function blobsOf({ index, platforms }: Image): Blob[] {
  const blobs = platforms.flatMap(({ layers, config, manifest }) => [...layers.map(({ descriptor }) => descriptor), config, manifest])
  return [...new Map([...blobs, index].map((blob) => [blob.digest, blob])).values()]
}

/** Bytes that a machine of one architecture fetches: the compressed layers and the configuration. */
export const compressedSize = ({ layers, config }: PlatformImage): number =>
  layers.reduce((sum, { descriptor }) => sum + descriptor.size, config.size)
