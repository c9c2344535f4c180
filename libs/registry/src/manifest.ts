/** What of the OCI image specification (v1.1) is read and written here; Docker's own documents have the same fields. */

/** A blob by its digest (OCI image specification, "Content descriptors"). */
export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string
  /** Bytes. */
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: Platform
}

/** What a manifest of an index is for, in Go’s names. */
export interface Platform {
  readonly architecture: string
  readonly os: string
  readonly variant?: string
}

/** One image: its configuration and its layers, bottom first. */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

/** One image for several platforms. */
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

/** Media types of OCI, and those of Docker that mean the same. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json'
} as const

/** The documents that a name in a registry may stand for, those of several platforms first. */
export const manifestTypes: readonly string[] = [mediaTypes.index, mediaTypes.dockerList, mediaTypes.manifest, mediaTypes.dockerManifest]

/** True for a document that leads to others, one a platform. */
export const isIndex = (mediaType: string): boolean => mediaType === mediaTypes.index || mediaType === mediaTypes.dockerList

/** What is taken as a digest: the one algorithm that registries use. */
export const digestPattern: RegExp = /^sha256:[a-f0-9]{64}$/

/** The manifest for a platform; undefined when there is none. One without a platform is for every machine. */
export function chosen(index: ImageIndex, { os, architecture }: Platform): Descriptor | undefined {
  const fits = index.manifests.filter(
    ({ platform }) => platform === undefined || (platform.os === os && platform.architecture === architecture)
  )
  return fits.find(({ platform }) => platform !== undefined) ?? fits[0]
}

/** The platforms of an index as people read them (`linux/arm64, linux/amd64`); attestations, whose platform is unknown, are none. */
export function platformsOf(index: ImageIndex): string {
  const all = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : [`${platform.os}/${platform.architecture}`]
  )
  return [...new Set(all)].join(', ')
}
