/** What the store has of its own beside the documents of the OCI image specification. */
import type { Platform } from '@knative-ts/registry'

export {
  chosen,
  type Descriptor,
  digestPattern,
  type ImageConfiguration,
  type ImageIndex,
  type Manifest,
  mediaTypes,
  type Platform
} from '@knative-ts/registry'

/** Annotations that name an image in an index: the specification's, which may be a tag alone, and containerd's, which is the whole name. */
export const nameAnnotations = { reference: 'org.opencontainers.image.ref.name', containerd: 'io.containerd.image.name' } as const

/** An archive or a store that does not hold what it must; the message says what, where, and what to do. */
export class ImageError extends Error {}

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
