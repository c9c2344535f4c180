/** What a path of the API is about. */

/** A path under `/api/v1` or `/apis/GROUP/VERSION` that names a resource. */
export interface ResourcePath {
  readonly group: string
  readonly version: string
  readonly plural: string
  /** undefined: not under `namespaces/`; '' is a client's mistake (`namespaces//pods`). */
  readonly namespace: string | undefined
  readonly name: string
  readonly subresource: string
  /** More segments than any resource has; what follows `proxy` is the path of another server. */
  readonly surplus: boolean
  /** The old way to ask for a watch: `/api/v1/watch/...`. */
  readonly watch: boolean
}

/** Splits a path without its query; undefined when it names no resource (discovery, health, documents). */
export function parseResourcePath(path: string): ResourcePath | undefined {
  // Decoded as a whole, as Go does it: an escaped slash divides like any other.
  const parts = decode(path).slice(1).split('/')
  if (parts.at(-1) === '') parts.pop()
  const core = parts[0] === 'api'
  if (!core && parts[0] !== 'apis') return undefined
  const [group, version, rest] = core ? ['', parts[1], parts.slice(2)] : [parts[1], parts[2], parts.slice(3)]
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  const watch = rest[0] === 'watch'
  const segments = watch ? rest.slice(1) : rest
  if (watch && segments.length === 0) return undefined
  if (segments[0] === 'namespaces' && segments.length >= 3 && !(core && isNamespaceSubresource(segments[2] ?? ''))) {
    return resource(group, version, segments[1] ?? '', segments.slice(2), watch)
  }
  return resource(group, version, undefined, segments, watch)
}

const isNamespaceSubresource = (segment: string) => segment === 'status' || segment === 'finalize'

function resource(
  group: string,
  version: string,
  namespace: string | undefined,
  segments: readonly string[],
  watch: boolean
): ResourcePath {
  const [plural = '', name = '', subresource = ''] = segments
  const surplus = watch ? segments.length > 2 : segments.length > 3 && subresource !== 'proxy'
  return { group, version, plural, namespace, name, subresource, surplus, watch }
}

function decode(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    // A stray percent sign names nothing that exists: the look-up answers 404.
    return path
  }
}
