import { missingOneOf, type FieldError } from '../../validation/field-error.ts'
import type { JobSink } from './job-sink.ts'

/** What is wrong with a JobSink before its Job is tried: the cluster judges the Job. */
export const validateJobSink = ({ spec }: JobSink): FieldError[] => (spec.job === undefined ? [missingOneOf('spec.job')] : [])
