/** `index.json` of the store: which names stand for which manifests. A file is there whole or not at all. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errorText } from '@knative-ts/kube'
import { type Descriptor, digestPattern, ImageError, type ImageIndex, mediaTypes, nameAnnotations } from './oci.ts'

/** On what was pulled: the digest that the registry had under the name, which for an index is not that of the manifest. */
const pulledAnnotation = 'dev.knative.image.pulled'

export class StoreIndex {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    if (!existsSync(join(directory, 'oci-layout'))) this.#write('oci-layout', '{"imageLayoutVersion":"1.0.0"}')
  }

  entries(): readonly Descriptor[] {
    const file = join(this.#directory, 'index.json')
    if (!existsSync(file)) return []
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as ImageIndex).manifests
    } catch (error) {
      throw new ImageError(`${file} cannot be read (${errorText(error)}): remove the directory and load the images again`)
    }
  }

  /** The caller holds the store's lock. */
  write(manifests: readonly Descriptor[]): void {
    const index: ImageIndex = { schemaVersion: 2, mediaType: mediaTypes.index, manifests }
    this.#write('index.json', JSON.stringify(index, undefined, 2))
  }

  #write(name: string, text: string): void {
    const file = join(this.#directory, name)
    const descriptor = openSync(`${file}.${process.pid}`, 'w', 0o644)
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(`${file}.${process.pid}`, file)
  }
}

/** The whole name of an entry. */
export const nameOf = ({ annotations }: Descriptor): string => annotations?.[nameAnnotations.containerd] ?? ''

/** A whole name without tag and digest. */
export const repositoryIn = (name: string): string => name.replace(/(@.*|:[^/:]*)$/, '')

/** The digest that a registry had; undefined for an image that was loaded. */
export const pulledDigestOf = ({ annotations }: Descriptor): string | undefined => annotations?.[pulledAnnotation]

/** The entry of a manifest under a whole name; `pulled` is the digest that a registry had. */
export function entryOf({ mediaType, digest, size }: Descriptor, name: string, pulled?: string): Descriptor {
  const tag = /:([^/:@]+)$/.exec(name)?.[1] ?? 'latest'
  return {
    mediaType,
    digest,
    size,
    annotations: {
      [nameAnnotations.containerd]: name,
      ...(digestPattern.test(name.slice(name.indexOf('@') + 1)) ? {} : { [nameAnnotations.reference]: tag }),
      ...(pulled === undefined ? {} : { [pulledAnnotation]: pulled })
    }
  }
}
