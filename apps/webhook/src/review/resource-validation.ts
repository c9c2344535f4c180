import { judge, type AdmissionConfig } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest, Reviewer } from './admission-review.ts'
import { kindOf, questionOf, unhandled } from './question.ts'

/** Asks the cluster about an object that is only tried; the text is what the cluster has against it. */
export type DryRun = (request: AdmissionRequest) => Promise<string | undefined>

/** Answers whether an object may be stored. Deleting is always allowed. */
export function resourceValidation(config: () => AdmissionConfig, dryRun: DryRun): Reviewer {
  return async (request: AdmissionRequest): Promise<AdmissionAnswer> => {
    const kind = kindOf(request)
    if (kind === undefined) return { refusal: unhandled(request) }
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return {}
    const verdict = judge(kind, questionOf(request), config())
    if (verdict.refusal !== undefined) return verdict
    const problem = request.dryRun === true ? await dryRun(request) : undefined
    return problem === undefined ? verdict : { ...verdict, refusal: `validation callback failed: ${problem}` }
  }
}
