import { defaultTag, type RevisionTarget } from './target.ts'

/** The targets that share a host, by tag; `''` is the Route's own host, where every target takes part. Sorted by tag. */
export type TargetGroups = ReadonlyMap<string, readonly RevisionTarget[]>

/**
 * Groups targets by host. Within a group one entry a revision (shares summed, the first entry's other properties kept);
 * a group with a single revision gets all of its host's requests, so that a tag with 0 % still answers on its own host.
 */
export function groupByHost(targets: readonly RevisionTarget[]): TargetGroups {
  const groups = new Map<string, RevisionTarget[]>()
  const add = (tag: string, target: RevisionTarget): void => {
    const group = groups.get(tag)
    if (group === undefined) groups.set(tag, [target])
    else group.push(target)
  }
  for (const target of targets) {
    add(defaultTag, target)
    if (target.tag !== defaultTag) add(target.tag, target)
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, group]) => [tag, consolidate(group)]))
}

function consolidate(group: readonly RevisionTarget[]): readonly RevisionTarget[] {
  const byRevision = new Map<string, RevisionTarget>()
  for (const target of group) {
    const seen = byRevision.get(target.revision)
    byRevision.set(target.revision, seen === undefined ? target : { ...seen, percent: seen.percent + target.percent })
  }
  const all = [...byRevision.values()]
  const only = all.length === 1 ? all[0] : undefined
  return only === undefined ? all : [{ ...only, percent: 100 }]
}
