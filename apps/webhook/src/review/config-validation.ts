import type { KubeObject } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest, Reviewer } from './admission-review.ts'

/** Answers whether a ConfigMap of ours may be stored. `problemOf` says what is wrong with one. */
export function configValidation(problemOf: (object: KubeObject) => string | undefined): Reviewer {
  return (request: AdmissionRequest): AdmissionAnswer => {
    if (request.object === null) return {}
    const problem = problemOf(request.object)
    return problem === undefined ? {} : { refusal: `validation failed: ${problem}` }
  }
}
