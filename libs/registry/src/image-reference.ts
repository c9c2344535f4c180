/** Names one image: registry host, path, and a tag, a digest or both. */
export interface ImageReference {
  readonly registry: string
  readonly path: string
  readonly tag: string | undefined
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | undefined
}

/** Reads an image name as the distribution project's grammar has it (`[host/]path[:tag][@digest]`); undefined when it breaks the grammar. */
export function parseImageReference(text: string): ImageReference | undefined {
  const match = /^([A-Za-z0-9][\w.\-/:]*?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[a-f0-9]{64}))?$/.exec(text)
  if (match === null) return undefined
  const whole = match[1] as string
  const slash = whole.indexOf('/')
  const first = slash < 0 ? '' : whole.slice(0, slash)
  const hasHost = first !== '' && (first.includes('.') || first.includes(':') || first === 'localhost')
  const path = hasHost ? whole.slice(slash + 1) : whole
  if (!/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(path)) return undefined
  // Docker Hub's other name: what one of them names, the other one does too.
  return { registry: hasHost && first !== 'index.docker.io' ? first : 'docker.io', path, tag: match[2], digest: match[3] }
}

/** The name without tag and digest, as Docker completes it: `docker.io/library/nginx` for `nginx`. */
export function repositoryOf({ registry, path }: Pick<ImageReference, 'registry' | 'path'>): string {
  return `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`
}
