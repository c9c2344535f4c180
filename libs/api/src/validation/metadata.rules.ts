import { autoscalingPrefix } from '../names/autoscaling-keys.ts'
import { dns1035LabelProblems, dns1035PrefixProblems } from '../names/name-rules.ts'
import { creatorAnnotation, lastModifierAnnotation } from '../names/keys.ts'
import type { KubeObject, ObjectMeta } from '../object.ts'
import { sameValue, type AdmissionContext } from './admission-context.ts'
import { generic, invalidKey, invalidValue, missing, type FieldError } from './field-error.ts'

/**
 * Names of our kinds become names of Services, so they are DNS labels. A name that the server made is judged by its prefix, which the user
 * chose. Paths are relative to `metadata`.
 */
export function nameErrors(meta: ObjectMeta): FieldError[] {
  const { name = '', generateName = '' } = meta
  if (generateName !== '') {
    const problems = dns1035PrefixProblems(generateName)
    return problems.length === 0 ? [] : [generic(`not a DNS 1035 label prefix: [${problems.join(' ')}]`, 'generateName')]
  }
  if (name === '') return [generic('name or generateName is required', 'name')]
  const problems = dns1035LabelProblems(name)
  return problems.length === 0 ? [] : [generic(`not a DNS 1035 label: [${problems.join(' ')}]`, 'name')]
}

/** Autoscaling annotations work on a template only. */
export function misplacedAutoscaling(meta: ObjectMeta): FieldError[] {
  const details = 'autoscaling annotations must be put under "spec.template.metadata.annotations" to work'
  const keys = Object.keys(meta.annotations ?? {}).filter((key) => key.startsWith(autoscalingPrefix))
  return keys.map((key) => invalidKey(key, 'annotations', details))
}

/** A label that says who owns the object must be true. */
export function ownerLabelErrors(meta: ObjectMeta, label: string, kind: string): FieldError[] {
  const name = meta.labels?.[label]
  if (name === undefined) return []
  const owned = (meta.ownerReferences ?? []).some((owner) => owner.kind === kind && owner.name === name)
  return owned ? [] : [missing(`labels.${label}`)]
}

/** Who made an object never changes; who changed it last only with its spec. */
export function userAnnotationErrors<T extends KubeObject & { readonly spec: unknown }>(
  object: T,
  context: AdmissionContext<T>
): FieldError[] {
  const { before } = context
  if (before === undefined) return []
  const value = (of: T, key: string): string => of.metadata.annotations?.[key] ?? ''
  const path = (key: string): string => `metadata.annotations.${key}`
  const errors: FieldError[] = []
  if (value(before, creatorAnnotation) !== value(object, creatorAnnotation)) {
    errors.push(generic('annotation value is immutable', path(creatorAnnotation)))
  }
  const modifier = value(object, lastModifierAnnotation)
  if (value(before, lastModifierAnnotation) !== modifier && sameValue(before.spec, object.spec)) {
    errors.push(invalidValue(modifier, path(lastModifierAnnotation)))
  }
  return errors
}
