/** Which event's Job is asked for. */
export interface StatusPath {
  readonly namespace: string
  readonly name: string
  readonly source: string
  readonly id: string
}

/** Where one asks for the Job of an event (reference 5.5). */
export function statusPathOf({ namespace, name, source, id }: StatusPath): string {
  return `/namespaces/${namespace}/name/${name}/sources/${encodeURIComponent(source)}/ids/${encodeURIComponent(id)}`
}

/** Reads such a path; undefined for anything else. */
export function readStatusPath(target: string): StatusPath | undefined {
  const [before, namespaces, namespace, names, name, sources, source, ids, id, ...more] = (target.split('?', 1)[0] as string).split('/')
  if (before !== '' || namespaces !== 'namespaces' || names !== 'name' || sources !== 'sources' || ids !== 'ids' || more.length > 0)
    return undefined
  if (!namespace || !name || !source || !id) return undefined
  try {
    return { namespace, name, source: decodeURIComponent(source), id: decodeURIComponent(id) }
  } catch {
    // A percent sign that begins no character: no path of ours.
    return undefined
  }
}
