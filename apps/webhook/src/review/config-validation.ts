import { configMapProblem } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.ts'

/** Answers whether a ConfigMap of ours may be stored. */
export function configValidation(request: AdmissionRequest): AdmissionAnswer {
  if (request.object === null) return {}
  const problem = configMapProblem(request.object)
  return problem === undefined ? {} : { refusal: `validation failed: ${problem}` }
}
