/** Conflicts between managers as server-side apply reports them. */
import type { Cause } from '../http/errors.ts'
import { pathsIn, type FieldSet } from './field-set.ts'
import type { Owner } from './managers.ts'
import { pathText } from './topology.ts'

/** One field that another manager owns with another value. */
export interface Conflict {
  readonly owner: Owner
  readonly path: string
}

export function conflictsOf(sets: ReadonlyMap<string, FieldSet>, owners: ReadonlyMap<string, Owner>): Conflict[] {
  return [...sets].flatMap(([key, set]) => {
    const owner = owners.get(key)
    return owner === undefined ? [] : pathsIn(set).map((path) => ({ owner, path: pathText(path) }))
  })
}

function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return JSON.stringify(manager) + part + (operation === 'Update' ? ` using ${apiVersion}` : '')
}

/** The message of the 409. */
export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts
  if (conflicts.length === 1 && first !== undefined)
    return `Apply failed with 1 conflict: conflict with ${ownerText(first.owner)}: ${first.path}`
  const byOwner = new Map<string, string[]>()
  for (const { owner, path } of conflicts) byOwner.set(ownerText(owner), [...(byOwner.get(ownerText(owner)) ?? []), path])
  const lines = [...byOwner]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([owner, paths]) => [`conflicts with ${owner}:`, ...paths.map((path) => `- ${path}`)])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

/** The `details.causes` of the 409. */
export function conflictCauses(conflicts: readonly Conflict[]): Cause[] {
  return conflicts.map(({ owner, path }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${ownerText(owner)}`, field: path }))
}
