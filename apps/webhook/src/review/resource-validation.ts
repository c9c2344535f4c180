import { judge } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest, Reviewer } from './admission-review.ts'
import { kindOf, questionOf, unhandled, type Admitted } from './question.ts'

/** Asks the cluster about an object that is otherwise good; the text is the refusal. */
export type AskCluster = (request: AdmissionRequest) => Promise<string | undefined>

/** Answers whether an object may be stored. Deleting is always allowed, and so is letting go of what is being deleted, however it came to be stored. */
export function resourceValidation<C>({ kinds, config }: Admitted<C>, askCluster: AskCluster): Reviewer {
  return async (request: AdmissionRequest): Promise<AdmissionAnswer> => {
    const kind = kindOf(kinds, request)
    if (kind === undefined) return { refusal: unhandled(request) }
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return {}
    if (request.operation === 'UPDATE' && request.object?.metadata.deletionTimestamp !== undefined) return {}
    const verdict = judge(kind, questionOf(request), config())
    if (verdict.refusal !== undefined) return verdict
    const refusal = await askCluster(request)
    return refusal === undefined ? verdict : { ...verdict, refusal }
  }
}
