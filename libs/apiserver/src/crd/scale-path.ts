/** Where a kind keeps what its scale shows: `.spec.replicas`, a path of names without lists (the reference calls it a JSON path). */

/** What is found at such a path: a value, nothing, or something on the way that is no object. */
export type Found =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'absent' }
  | { readonly kind: 'blocked'; readonly at: string; readonly by: unknown }

/** The names of a path, with or without its first dot. */
export const namesOf = (path: string): readonly string[] => path.replace(/^\./, '').split('.')

/** Looks along the names. Inherited members do not count. */
export function find(object: unknown, names: readonly string[]): Found {
  let value = object
  for (const [index, name] of names.entries()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { kind: 'blocked', at: `.${names.slice(0, index).join('.')}`, by: value }
    if (!Object.hasOwn(value, name)) return { kind: 'absent' }
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return { kind: 'value', value }
}

/** The value alone, undefined where there is none. */
export function valueAt(object: unknown, names: readonly string[]): unknown {
  const found = find(object, names)
  return found.kind === 'value' ? found.value : undefined
}
