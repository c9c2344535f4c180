/** Reads image archives: an OCI layout in a tar, or what `docker save` writes. Blobs go to the store; what they are comes back. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { errorText } from '@knative-ts/kube'
import type { Blobs } from './blobs.ts'
import { decompressed } from './decompress.ts'
import { completed } from './names.ts'
import {
  chosen,
  type Descriptor,
  ImageError,
  type ImageConfiguration,
  type ImageIndex,
  type Manifest,
  mediaTypes,
  nameAnnotations,
  type Platform
} from './oci.ts'
import { readTar, type TarEntry } from './tar-reader.ts'

/** An image of an archive: its manifest is in the store. `names` are whole names, and may be none. */
export interface ArchivedImage {
  readonly manifest: Descriptor
  readonly names: readonly string[]
}

interface DockerEntry {
  readonly Config: string
  readonly RepoTags?: readonly string[] | null
  readonly Layers: readonly string[]
}

/** JSON files of an archive are small; a larger one is no list of images. Bytes. */
const largestJson = 8 << 20

/** The images of `file` for `platform`. Rejects with {@link ImageError}. */
export async function readArchive(file: string, blobs: Blobs, platform: Platform): Promise<ArchivedImage[]> {
  const members = new Map<string, { readonly digest: string; readonly size: number }>()
  const texts = new Map<string, string>()
  const links = new Map<string, string>()
  const source = decompressed(createReadStream(file) as AsyncIterable<Buffer>)
  for await (const entry of readTar(source, file)) {
    const path = entry.path.replace(/^\.?\//, '')
    if (entry.type === 'symlink') links.set(path, new URL(entry.linkPath, `file:///${path}`).pathname.slice(1))
    if (entry.type !== 'file') continue
    const blob = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(path)
    if (/^(index\.json|oci-layout|manifest\.json|repositories)$/.test(path)) texts.set(path, await textOf(entry, file))
    else members.set(path, await blobs.put(entry.body(), blob === null ? undefined : `sha256:${blob[1]}`))
  }
  const index = texts.get('index.json')
  if (index !== undefined && texts.has('oci-layout'))
    return fromLayout(parsed<ImageIndex>(index, `${file}: index.json`), blobs, file, platform)
  const docker = texts.get('manifest.json')
  if (docker === undefined) throw new ImageError(`${file} holds no image: neither index.json and oci-layout nor manifest.json is in it`)
  const at = (path: string): { readonly digest: string; readonly size: number } => {
    const found = members.get(path) ?? members.get(links.get(path) ?? '')
    if (found === undefined) throw new ImageError(`${file}: manifest.json names ${path}, which is not in the archive`)
    return found
  }
  return Promise.all(parsed<DockerEntry[]>(docker, `${file}: manifest.json`).map((entry) => fromDocker(entry, at, blobs)))
}

async function textOf(entry: TarEntry, file: string): Promise<string> {
  if (entry.size > largestJson) throw new ImageError(`${file}: ${entry.path} has ${entry.size} bytes, which is no list of images`)
  const parts: Buffer[] = []
  for await (const part of entry.body()) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

function parsed<T>(text: string, where: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new ImageError(`${where}: ${errorText(error)}`)
  }
}

function fromLayout(index: ImageIndex, blobs: Blobs, file: string, platform: Platform): ArchivedImage[] {
  const found = index.manifests.flatMap((descriptor) => {
    const manifest = forPlatform(descriptor, blobs, platform)
    return manifest === undefined ? [] : [{ manifest, names: namesOf(descriptor) }]
  })
  if (found.length > 0) return found
  const there = index.manifests.flatMap(({ platform: each }) => (each === undefined ? [] : [`${each.os}/${each.architecture}`]))
  const which = there.length === 0 ? 'none' : there.join(', ')
  throw new ImageError(`${file} holds no image for ${platform.os}/${platform.architecture} (${which} is in it): build one for this machine`)
}

/** An index may lead to further ones: one for each image, and then one manifest a platform. */
function forPlatform(descriptor: Descriptor, blobs: Blobs, platform: Platform, depth = 0): Descriptor | undefined {
  if (descriptor.mediaType !== mediaTypes.index && descriptor.mediaType !== mediaTypes.dockerList) {
    if (descriptor.platform !== undefined && chosen({ schemaVersion: 2, manifests: [descriptor] }, platform) === undefined) return undefined
    return descriptor
  }
  if (depth > 3) throw new ImageError(`index ${descriptor.digest} leads to too many others`)
  const inner = blobs.json<ImageIndex>(descriptor.digest)
  // Attestations have the platform "unknown" and are no images.
  const next = chosen({ ...inner, manifests: inner.manifests.filter(({ digest }) => blobs.has(digest)) }, platform)
  return next === undefined ? undefined : forPlatform(next, blobs, platform, depth + 1)
}

function namesOf({ annotations }: Descriptor): string[] {
  const whole = annotations?.[nameAnnotations.containerd]
  if (whole !== undefined) return [completed(whole)]
  const reference = annotations?.[nameAnnotations.reference]
  // The specification lets it be a tag alone, which names nothing.
  return reference !== undefined && /[/:]/.test(reference) ? [completed(reference)] : []
}

async function fromDocker(
  { Config: configPath, RepoTags: tags, Layers: layerPaths }: DockerEntry,
  at: (path: string) => { readonly digest: string; readonly size: number },
  blobs: Blobs
): Promise<ArchivedImage> {
  const config = { mediaType: mediaTypes.config, ...at(configPath) }
  const { rootfs } = blobs.json<ImageConfiguration>(config.digest)
  if (rootfs.diff_ids.length !== layerPaths.length)
    throw new ImageError(
      `${configPath} names ${rootfs.diff_ids.length} layers and manifest.json ${layerPaths.length}: the archive is damaged`
    )
  const layers = layerPaths.map((path) => ({ mediaType: mediaTypes.layer, ...at(path) }))
  const manifest: Manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }
  const stored = await blobs.put(Readable.from([Buffer.from(JSON.stringify(manifest))]))
  return { manifest: { mediaType: mediaTypes.manifest, ...stored }, names: (tags ?? []).map(completed) }
}
