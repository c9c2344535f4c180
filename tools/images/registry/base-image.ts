/** An image of a registry to stand on, in place of Debian's packages. */
import { Readable } from 'node:stream'
import { type ImageConfiguration, type ImageIndex, type Manifest, manifestFor, mediaTypes, parseImageReference } from '@knative-ts/kubelet'
import type { Architecture } from '../architecture.ts'
import { type Cache, sha256 } from '../cache.ts'
import { ImagesError } from '../failure.ts'
import type { Layer } from '../layer.ts'
import type { RepositoryClient } from './repository-client.ts'
import type { Registries } from './registries.ts'

export interface BaseImage {
  readonly name: string
  /** Of what the name stands for: an index where it is one for several architectures. */
  readonly digest: string
  layersFor(architecture: Architecture): Promise<{ readonly layers: readonly Layer[]; readonly env: readonly string[] }>
}

export async function openBaseImage(name: string, registries: Registries, cache: Cache): Promise<BaseImage> {
  const reference = parseImageReference(name)
  if (reference === undefined) throw new ImagesError(`--base: "${name}" is no image name: write [registry/]path[:tag][@digest]`)
  const { registry, path, tag, digest } = reference
  const repository = await registries.open(registry, registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path)
  const top = await repository.manifest(digest ?? tag ?? 'latest')
  if (digest !== undefined && sha256(top.bytes) !== digest)
    throw new ImagesError(`--base: what ${registry} has for ${name} has another digest`)
  return {
    name,
    digest: sha256(top.bytes),
    async layersFor(architecture) {
      const manifest = await manifestOf(top, name, architecture, repository)
      await take(manifest.config.digest, repository, cache)
      const configuration = JSON.parse(cache.bytesOf(manifest.config.digest).toString('utf8')) as ImageConfiguration
      if (configuration.architecture !== undefined && configuration.architecture !== architecture)
        throw new ImagesError(
          `--base: ${name} is for ${configuration.architecture} only, not for ${architecture}: give --arch ${configuration.architecture}`
        )
      const layers: Layer[] = []
      for (const [index, layer] of manifest.layers.entries()) {
        await take(layer.digest, repository, cache)
        const mediaType = layer.mediaType.replace('application/vnd.docker.image.rootfs.diff.tar.gzip', mediaTypes.layerGzip)
        const descriptor = { mediaType, digest: layer.digest, size: layer.size }
        layers.push({ descriptor, diffId: configuration.rootfs.diff_ids[index] ?? '', about: `layer ${index + 1} of ${name}` })
      }
      return { layers, env: configuration.config?.Env ?? [] }
    }
  }
}

type Top = Awaited<ReturnType<RepositoryClient['manifest']>>

async function manifestOf(
  { mediaType, bytes }: Top,
  name: string,
  architecture: Architecture,
  repository: RepositoryClient
): Promise<Manifest> {
  if (mediaType !== mediaTypes.index && mediaType !== mediaTypes.dockerList) return JSON.parse(bytes.toString('utf8')) as Manifest
  const found = manifestFor(JSON.parse(bytes.toString('utf8')) as ImageIndex, { os: 'linux', architecture })
  if (found === undefined) throw new ImagesError(`--base: ${name} has no image for linux/${architecture}`)
  const inner = await repository.manifest(found.digest)
  if (sha256(inner.bytes) !== found.digest)
    throw new ImagesError(`--base: the manifest of ${name} for ${architecture} has another digest than its index says`)
  return JSON.parse(inner.bytes.toString('utf8')) as Manifest
}

async function take(digest: string, repository: RepositoryClient, cache: Cache): Promise<void> {
  if (cache.has(digest)) return
  const got = await cache.putStream(Readable.fromWeb((await repository.blob(digest)) as Parameters<typeof Readable.fromWeb>[0]))
  if (got.digest !== digest) throw new ImagesError(`--base: a blob came with digest ${got.digest} instead of ${digest}`)
}
