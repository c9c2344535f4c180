/** All rules that a state must keep before it is stored. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { checkMetadata, checkMetadataUpdate } from '../builtin/metadata.rules.ts'
import { subdomainProblems } from '../builtin/names.ts'
import type { KindRules } from '../builtin/kind-rules.ts'
import { checkFinalizers } from '../builtin/finalizers.ts'
import { rulesFor, storageOf } from '../builtin/rules.ts'
import { DEFINITIONS } from '../crd/definition.ts'
import { checkDefinition } from '../crd/definition.rules.ts'
import { formatWarnings } from '../crd/format-warnings.ts'
import { scaleProblems } from '../crd/scale.rules.ts'
import { embeddedProblems } from '../crd/embedded.rules.ts'
import { invalid, type Cause } from '../http/errors.ts'
import { brokenRules } from '../cel/schema-rules.ts'
import { isBlocking, isUnchecked, validate } from '../schema/validate.ts'
import type { Schema } from '../schema/schema.ts'
import type { Call } from './call.ts'

/** Throws 422 with every broken rule. `before` is undefined for a create. */
export function examine(call: Call, object: KubeObject, before: KubeObject | undefined): void {
  const causes = problemsOf(call, object, before)
  // Both shapes of an event are one kind, that of the core group.
  const type = storageOf(call.type) === '/events' ? { ...call.type, group: '' } : call.type
  if (causes.length > 0) throw invalid(type, object.metadata.name ?? '', causes)
  rulesFor(call.type).readBack?.(object)
  if (call.subresource === '') for (const text of rulesFor(call.type).warnings?.(object, before) ?? []) call.warn(text)
}

// Groups whose finalizers may be any name, as those of custom resources may.
const FOREIGN = new Set(['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'coordination.k8s.io', 'apiregistration.k8s.io'])

/** What a change breaks, in the object itself or in the part that a subresource writes. */
function changeProblems(rules: KindRules, subresource: string, object: KubeObject, before: KubeObject): readonly Cause[] {
  const part = rules.parts?.[subresource]
  if (part !== undefined) return part.check(object, before)
  return subresource === '' ? (rules.checkUpdate?.(object, before) ?? []) : []
}

/** Of a write of status, only status is judged, and told from there. */
function brokenStatus(schema: Schema, object: KubeObject, before: KubeObject | undefined): Cause[] {
  const status = schema.properties?.['status']
  const read = (one: KubeObject | undefined) => (one as { status?: unknown } | undefined)?.status
  return status === undefined || read(object) === undefined ? [] : validate(status, read(object), 'status', read(before))
}

function problemsOf(call: Call, object: KubeObject, before: KubeObject | undefined): Cause[] {
  const { type, subresource } = call
  const rules = rulesFor(type)
  const causes = checkMetadata(object.metadata, rules.nameProblems ?? subdomainProblems)
  if (type.custom === undefined && !FOREIGN.has(type.group))
    causes.push(...checkFinalizers(object.metadata.finalizers, before?.metadata.finalizers))
  // The reference looks at the metadata of a changed object three times: of any object, of any change, of any state of the kind.
  if (before !== undefined && type.custom === undefined && subresource === '') causes.push(...causes, ...causes)
  if (before !== undefined) causes.push(...checkMetadataUpdate(object.metadata, before.metadata))
  if (subresource === 'status') {
    if (before !== undefined) causes.push(...(rules.checkStatus?.(object, before) ?? []))
    if (type.custom === undefined) return causes
  } else {
    const state = rules.check?.(object) ?? []
    const change = before === undefined ? (rules.checkCreate?.(object) ?? []) : changeProblems(rules, subresource, object, before)
    // The kind's own rules say more than the schema does; where both speak, theirs are the reference's words.
    causes.push(...(rules.updateFirst === true && before !== undefined ? [...change, ...state] : [...state, ...change]))
    if (type.storage === DEFINITIONS) {
      causes.push(...checkDefinition(object, before))
      for (const text of formatWarnings(object as k8s.CustomResourceDefinition)) call.warn(text)
    }
  }
  const told = new Set(causes.map(({ field }) => field))
  // Built-in kinds were judged when they were decoded.
  if (type.custom === undefined) return causes
  causes.push(...embeddedProblems(type.schema, object, ''))
  const broken = subresource === 'status' ? brokenStatus(type.schema, object, before) : validate(type.schema, object, '', before)
  const [unchecked, others] = [broken.filter(isUnchecked), broken.filter((one) => !isUnchecked(one))]
  causes.push(...others.filter(({ field }) => !told.has(field)))
  causes.push(...scaleProblems(type.custom.scale, object, subresource === 'status'), ...unchecked)
  // Rules are for values that are of their type: what a broken schema lets a rule say is noise.
  if (!broken.some(isBlocking)) causes.push(...brokenRules(type.schema, object, before, call.warn))
  return causes
}
