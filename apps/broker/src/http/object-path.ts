/** An object by its path. */
export interface ObjectPath {
  readonly key: string
  readonly namespace: string
  readonly name: string
}

/** Those that were asked for last: publishers ask for few. */
const known = new Map<string, ObjectPath>()
const mostKnown = 1024
const longestKnown = 256

/** The object that a path `/namespace/name` is about, one slash behind it or not; undefined: it is no such path. What it holds is taken as it is, its query included. */
export function objectPath(target: string): ObjectPath | undefined {
  const found = known.get(target)
  if (found !== undefined) return found
  const made = read(target)
  if (made === undefined || target.length > longestKnown) return made
  // Paths come from anybody.
  if (known.size >= mostKnown) known.clear()
  known.set(target, made)
  return made
}

function read(target: string): ObjectPath | undefined {
  const parts = (target.endsWith('/') ? target.slice(0, -1) : target).split('/')
  const [before, namespace, name] = parts
  if (parts.length !== 3 || before !== '' || namespace === undefined || name === undefined) return undefined
  return { key: `${namespace}/${name}`, namespace, name }
}
