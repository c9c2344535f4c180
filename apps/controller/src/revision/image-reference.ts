/** Where an image is: `registry/repository`, with a tag or a digest. */
export interface ImageReference {
  readonly registry: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

const dockerHub = 'index.docker.io'

/** Takes a reference apart, with Docker's defaults: no registry is Docker Hub, where a single name is under `library/`; no tag is latest. */
export function parseImageReference(image: string): ImageReference {
  const [name = '', digest = ''] = image.split('@')
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const named = first.includes('.') || first.includes(':') || first === 'localhost'
  const path = named ? name.slice(slash + 1) : name
  const colon = path.lastIndexOf(':')
  const repository = colon < 0 ? path : path.slice(0, colon)
  const registry = named && first !== 'docker.io' ? first : dockerHub
  return {
    registry,
    repository: registry === dockerHub && !repository.includes('/') ? `library/${repository}` : repository,
    tag: colon < 0 ? 'latest' : path.slice(colon + 1),
    digest
  }
}

/** `registry/repository@digest`. */
export const pinned = (reference: ImageReference, digest: string): string => `${reference.registry}/${reference.repository}@${digest}`
