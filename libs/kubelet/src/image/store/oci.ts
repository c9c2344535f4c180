/** What of the OCI image specification (v1.1) the store reads and writes. */

export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: Platform
}

export interface Platform {
  readonly architecture: string
  readonly os: string
  readonly variant?: string
}

export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

export interface ImageIndex {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly manifests: readonly Descriptor[]
}

/** An image's configuration blob; Docker's has the same fields. */
export interface ImageConfiguration {
  readonly architecture?: string
  readonly os?: string
  readonly config?: {
    readonly User?: string
    readonly Env?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly WorkingDir?: string
    readonly StopSignal?: string
  }
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] }
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json'
} as const

/** Annotations that name an image in an index: the specification's, which may be a tag alone, and containerd's, which is the whole name. */
export const nameAnnotations = { reference: 'org.opencontainers.image.ref.name', containerd: 'io.containerd.image.name' } as const

/** An archive or a store that does not hold what it must; the message says what, where, and what to do. */
export class ImageError extends Error {}

export const digestPattern = /^sha256:[a-f0-9]{64}$/

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: '386',
  arm: 'arm',
  ppc64: 'ppc64le',
  s390x: 's390x'
}

/** This machine as images name it. */
export const ownPlatform: Platform = { os: 'linux', architecture: architectures[process.arch] ?? process.arch }

/** The manifest for a platform; undefined when there is none. One without a platform is for every machine. */
export function chosen(index: ImageIndex, { os, architecture }: Platform): Descriptor | undefined {
  const fits = index.manifests.filter(
    ({ platform }) => platform === undefined || (platform.os === os && platform.architecture === architecture)
  )
  return fits.find(({ platform }) => platform !== undefined) ?? fits[0]
}
