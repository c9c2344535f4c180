/** What the webhook answers, as pure functions of the request. */
import type { KubeObject } from '../object.ts'
import type { AdmissionContext } from '../validation/admission-context.ts'
import { fieldErrorLines, fieldErrorText, refusals, warnings } from '../validation/field-error.ts'
import type { AdmittedKind, AdmittedObject } from './admitted-kind.ts'

/** One request of the API server. */
export interface AdmissionQuestion {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly subresource: string
  readonly object: KubeObject
  /** As stored; only on update. */
  readonly oldObject?: KubeObject
  readonly user: string
}

/** The object with its defaults, or why it could not be read. */
export type FilledIn = { readonly ok: true; readonly object: AdmittedObject } | { readonly ok: false; readonly message: string }

/** Reads the object and fills it in. */
export function fillIn<C>(kind: AdmittedKind<C>, question: AdmissionQuestion, config: C): FilledIn {
  const read = readBoth(kind, question, config)
  return read.ok ? { ok: true, object: kind.fillIn(read.object, read.context) } : { ok: false, message: `mutation failed: ${read.message}` }
}

/** `refusal` is undefined for a good object; warnings are given either way. */
export interface Verdict {
  readonly refusal?: string
  readonly warnings: readonly string[]
}

/** Judges an object that was filled in before. */
export function judge<C>(kind: AdmittedKind<C>, question: AdmissionQuestion, config: C): Verdict {
  const read = readBoth(kind, question, config)
  if (!read.ok) return { refusal: `decoding request failed: ${read.message}`, warnings: [] }
  const errors = kind.validate(read.object, read.context)
  const refused = fieldErrorText(refusals(errors))
  return {
    ...(refused === '' ? {} : { refusal: `validation failed: ${refused}` }),
    warnings: fieldErrorLines(warnings(errors))
  }
}

type Read<C> =
  | { readonly ok: true; readonly object: AdmittedObject; readonly context: AdmissionContext<AdmittedObject, C> }
  | { readonly ok: false; readonly message: string }

/** The object as stored gets today's defaults, so that a new default alone never looks like a user's change. */
function readBoth<C>(kind: AdmittedKind<C>, question: AdmissionQuestion, config: C): Read<C> {
  const { operation, subresource, user, oldObject } = question
  const object = kind.decode(question.object)
  if (!object.ok) return { ok: false, message: `cannot decode incoming new object: ${object.error}` }
  const context: AdmissionContext<AdmittedObject, C> = { operation, subresource, user, config }
  if (oldObject === undefined) return { ok: true, object: object.value, context }
  const old = kind.decode(oldObject)
  if (!old.ok) return { ok: false, message: `cannot decode incoming old object: ${old.error}` }
  const stored = kind.fillIn(old.value, context)
  // Defaults write users: what was stored about them is what counts.
  const before = { ...stored, metadata: old.value.metadata }
  return { ok: true, object: object.value, context: { ...context, before } }
}
