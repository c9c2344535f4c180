/** Names of finalizers of the built-in kinds: `validateFinalizerName` of the reference. */
import { invalidValue, type Cause } from '../http/errors.ts'

const STANDARD = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
const WHY = 'name is neither a standard finalizer name nor is it fully qualified'

const isUnknown = (name: string) => !name.includes('/') && !STANDARD.has(name)

/** Only what is new is judged: an object may keep what it has. */
export const checkFinalizers = (names: readonly string[] | undefined, before: readonly string[] | undefined): Cause[] =>
  (names ?? []).flatMap((name, index) =>
    isUnknown(name) && before?.includes(name) !== true ? [invalidValue(`metadata.finalizers[${index}]`, name, WHY)] : []
  )

/** `spec.finalizers` of a namespace; the reference says which one is wrong only where they are replaced. */
export const checkNamespaceFinalizers = (names: readonly string[], isIndexed: boolean): Cause[] =>
  names.flatMap((name, index) => (isUnknown(name) ? [invalidValue(`spec.finalizers${isIndexed ? `[${index}]` : ''}`, name, WHY)] : []))
