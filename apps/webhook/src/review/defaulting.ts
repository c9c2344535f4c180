import { fillIn, type AdmittedObject } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest, Reviewer } from './admission-review.ts'
import { jsonPatchOf } from './json-patch.ts'
import { kindOf, questionOf, unhandled, type Admitted } from './question.ts'

/** Answers with the patch that fills an object in. */
export function defaulting<C>({ kinds, config }: Admitted<C>): Reviewer {
  return (request: AdmissionRequest): AdmissionAnswer => {
    const kind = kindOf(kinds, request)
    if (kind === undefined) return { refusal: unhandled(request) }
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return {}
    const question = questionOf(request)
    const filled = fillIn(kind, question, config())
    if (!filled.ok) return { refusal: filled.message }
    return { patch: jsonPatchOf(written(question.object, question.subresource), written(filled.object, question.subresource)) }
  }
}

/** Of an object only its spec and metadata are written, of a status only the status: the server would drop the rest. */
function written(object: object, subresource: string): Partial<AdmittedObject> {
  const { metadata, spec, status } = object as AdmittedObject
  if (subresource === 'status') return status === undefined ? {} : { status }
  return { metadata, ...(spec === undefined ? {} : { spec }) }
}
