import type { Credentials } from './credentials.ts'
import type { ConfiguredCredentials } from './docker-config.ts'
import { type ImageReference, repositoryOf } from './image-reference.ts'
import { isFor, type Location, locationOf } from './location-match.ts'

const dockerHub = ['docker.io', 'index.docker.io']

interface Entry {
  readonly key: string
  readonly location: Location
  readonly credentials: Credentials
}

/** Credentials for images, found as Kubernetes finds them: the most special location first. Nobody's for most images. */
export class Keychain {
  static readonly empty: Keychain = new Keychain([])
  /** Why some credentials that were named are not here, a phrase each: told when a registry wants some. */
  readonly problems: readonly string[]
  readonly #entries: readonly Entry[]

  constructor(configured: readonly ConfiguredCredentials[], problems: readonly string[] = []) {
    this.problems = problems
    const entries = configured.map(({ location, credentials }) => ({ key: keyOf(location), location: locationOf(location), credentials }))
    // Kubernetes sorts the locations backwards, so that a longer path comes before a shorter one. Those of one location keep their order.
    this.#entries = entries.toSorted((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0))
  }

  /** Every set of credentials that is for the image, in the order in which they are tried. */
  credentialsFor(image: Pick<ImageReference, 'registry' | 'path'>): readonly Credentials[] {
    const target = locationOf(repositoryOf(image))
    const found = this.#entries.filter(({ location }) => isFor(location, target))
    // Docker Hub has two names, and `docker login` writes the one that images do not have.
    const hub = (): readonly Entry[] =>
      dockerHub.includes(image.registry) ? this.#entries.filter(({ key }) => dockerHub.includes(key)) : []
    return (found.length > 0 ? found : hub()).map(({ credentials }) => credentials)
  }
}

function keyOf(text: string): string {
  const { hostParts, port, path } = locationOf(text)
  return `${hostParts.join('.')}${port === '' ? '' : `:${port}`}${path}`
}
