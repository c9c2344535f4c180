/** Image archives for tests, made from layers: an OCI layout, or what docker save writes. */
import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type Member, tar } from './tar-writer.ts'

/** An image to be archived. */
export interface ImageToArchive {
  /** '' for one without a name. */
  readonly name: string
  /** Members of each layer, the lowest first. */
  readonly layers: readonly (readonly Member[])[]
  /** `config` of the configuration. */
  readonly config?: object
  readonly architecture?: string
}

type Compression = 'none' | 'gzip' | 'zstd'

export const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`
const own = process.arch === 'x64' ? 'amd64' : process.arch

function compressed(content: Buffer, how: Compression): Buffer {
  return how === 'gzip' ? gzipSync(content) : how === 'zstd' ? zstdCompressSync(content) : content
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** What describes a blob. */
export interface ArchivedBlob {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** The blobs of images, and what leads to each image: its manifest, or with `index` one index of several platforms. */
export function imageBlobs(
  images: readonly ImageToArchive[],
  options: { compression?: Compression; index?: string } = {}
): { readonly blobs: ReadonlyMap<string, Buffer>; readonly top: readonly ArchivedBlob[] } {
  const blobs = new Map<string, Buffer>()
  const put = (mediaType: string, content: Buffer): ArchivedBlob => {
    const digest = digestOf(content)
    blobs.set(digest, content)
    return { mediaType, digest, size: content.length }
  }
  const manifests = images.map(({ name, layers, config = {}, architecture = own }) => {
    const archives = layers.map(tar)
    const manifest = {
      schemaVersion: 2,
      config: put(
        'application/vnd.oci.image.config.v1+json',
        json({ architecture, os: 'linux', config, rootfs: { type: 'layers', diff_ids: archives.map(digestOf) } })
      ),
      layers: archives.map((archive) => put('application/vnd.oci.image.layer.v1.tar', compressed(archive, options.compression ?? 'gzip')))
    }
    const annotations = name === '' ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }
    return { ...put('application/vnd.oci.image.manifest.v1+json', json(manifest)), platform: { os: 'linux', architecture }, ...annotations }
  })
  const media = 'application/vnd.oci.image.index.v1+json'
  const top =
    options.index === undefined
      ? manifests
      : [{ ...put(media, json({ schemaVersion: 2, manifests })), annotations: { 'io.containerd.image.name': options.index } }]
  return { blobs, top }
}

/** A tar with an OCI layout. With `index`, the images are platforms of one name. */
export function ociArchive(images: readonly ImageToArchive[], options: { compression?: Compression; index?: string } = {}): Buffer {
  const { blobs, top } = imageBlobs(images, options)
  return tar([
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { path: 'index.json', content: json({ schemaVersion: 2, manifests: top }) },
    ...[...blobs].map(([digest, content]) => ({ path: `blobs/sha256/${digest.slice(7)}`, content }))
  ])
}

/** What docker save wrote before it wrote OCI layouts too. */
export function dockerArchive({ name, layers, config = {}, architecture = own }: ImageToArchive): Buffer {
  const archives = layers.map(tar)
  const configuration = json({ architecture, os: 'linux', config, rootfs: { type: 'layers', diff_ids: archives.map(digestOf) } })
  const paths = archives.map((_, index) => `layer-${index}/layer.tar`)
  return tar([
    ...archives.map((content, index) => ({ path: paths[index] as string, content })),
    { path: 'config.json', content: configuration },
    { path: 'manifest.json', content: json([{ Config: 'config.json', RepoTags: name === '' ? null : [name], Layers: paths }]) }
  ])
}
