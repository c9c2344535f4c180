/** Which names a definition gets: those that no other definition of its group has (apiextensions `controller/status/naming_controller.go`). */
import type * as k8s from '@knative-ts/api/kubernetes'

type Names = k8s.CustomResourceDefinitionNames

export interface Naming {
  readonly accepted: Names
  /** Undefined: no conflict. */
  readonly conflict: { readonly reason: string; readonly message: string } | undefined
}

const FIELDS = [
  ['plural', 'PluralConflict'],
  ['singular', 'SingularConflict'],
  ['shortNames', 'ShortNamesConflict'],
  ['kind', 'KindConflict'],
  ['listKind', 'ListKindConflict']
] as const

const NONE: Names = { plural: '', kind: '' }

/** Names that a definition holds are its own until it asks for others; `others` may include it. The last conflict is the one that is told. */
export function acceptNames(definition: k8s.CustomResourceDefinition, others: readonly k8s.CustomResourceDefinition[]): Naming {
  const wanted = definition.spec.names
  const held = definition.status?.acceptedNames ?? NONE
  const taken = others
    .filter(({ spec, metadata }) => spec.group === definition.spec.group && metadata.name !== definition.metadata.name)
    .map(({ status }) => status?.acceptedNames ?? NONE)
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]))
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]))
  const accepted: Names = { ...held }
  let conflict: Naming['conflict']
  for (const [field, reason] of FIELDS) {
    const mine = new Set([held[field] ?? []].flat())
    const used = field === 'kind' || field === 'listKind' ? kinds : resources
    const lost = [wanted[field] ?? []].flat().filter((name) => !mine.has(name) && used.has(name))
    if (lost.length === 0) {
      if (wanted[field] === undefined) delete accepted[field as 'singular']
      else Object.assign(accepted, { [field]: wanted[field] })
      continue
    }
    const texts = lost.map((name) => `${JSON.stringify(name)} is already in use`)
    conflict = { reason, message: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]` }
  }
  if (wanted.categories === undefined) delete accepted.categories
  else accepted.categories = wanted.categories
  return { accepted, conflict }
}
