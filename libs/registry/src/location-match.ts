/** Which images a location of a Docker configuration is for: Kubernetes' rules (credentialprovider, URLsMatchStr). */

/** A location or an image's repository, taken apart. */
export interface Location {
  readonly hostParts: readonly string[]
  readonly port: string
  /** '' or with a slash in front. */
  readonly path: string
}

/** Takes `[scheme://]host[:port][/path]` apart; `/v1/` and `/v2/` of a registry's address are no part of it. */
export function locationOf(text: string): Location {
  const bare = text.replace(/^https?:\/\//, '')
  const slash = bare.indexOf('/')
  const authority = slash < 0 ? bare : bare.slice(0, slash)
  const path = (slash < 0 ? '' : bare.slice(slash)).replace(/^\/v[12]\//, '/')
  const colon = authority.lastIndexOf(':')
  const host = colon < 0 ? authority : authority.slice(0, colon)
  return { hostParts: host.split('.'), port: colon < 0 ? '' : authority.slice(colon + 1), path: path === '/' ? '' : path }
}

/** True when the image's ports are the same, its path begins with the location's, and each part of its host matches the location's glob. */
export function isFor(location: Location, image: Location): boolean {
  if (location.port !== image.port || location.hostParts.length !== image.hostParts.length) return false
  if (!image.path.startsWith(location.path)) return false
  return location.hostParts.every((glob, index) => matchesGlob(glob, image.hostParts[index] ?? ''))
}

/** `*`, `?` and `[a-z]` as Go's filepath.Match has them, for one part of a host. */
function matchesGlob(glob: string, text: string): boolean {
  if (!/[*?[]/.test(glob)) return glob === text
  const source = glob.replace(/\[\^?[^\]]*\]|./g, (part) => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.length > 1 ? part.replaceAll('\\', '\\\\') : part.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`).test(text)
  } catch {
    // A range that runs backwards matches nothing, as in Go, where it is an error that is passed over.
    return false
  }
}
