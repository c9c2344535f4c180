import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { cannotUnmarshalInto } from '../../config/yaml-value.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { overridesErrors } from '../../duck/overrides.rules.ts'
import { base64Problem, textInBase64 } from '../../go/base64.ts'
import { scheduleProblem } from '../../go/cron.ts'
import { jsonProblem } from '../../go/json-problem.ts'
import { utf8 } from '../../hash/utf8.ts'
import { invalidValue, multipleOneOf, under, type FieldError } from '../../validation/field-error.ts'
import type { PingSource } from './ping-source.ts'
import type { PingSourceSpec } from './ping-source.schema.ts'

/** What is wrong with a PingSource. */
export function validatePingSource({ spec }: PingSource, { config }: EventingContext<PingSource>): FieldError[] {
  return under('spec', [
    ...scheduleErrors(spec),
    ...under('sink', destinationErrors(spec.sink, config.features)),
    ...dataErrors(spec, config.pingDefaults.dataMaxSize),
    ...under('ceOverrides', overridesErrors(spec.ceOverrides))
  ])
}

/** A bad zone hides a bad schedule; the reason stands as the value, as upstream. */
function scheduleErrors({ schedule = '', timezone = '' }: PingSourceSpec): FieldError[] {
  const problem = scheduleProblem(timezone === '' ? schedule : `CRON_TZ=${timezone} ${schedule}`)
  const errors = schedule.includes('@every') ? [invalidValue('unsupported descriptor @every', 'schedule')] : []
  if (problem === undefined) return errors
  return [...errors, invalidValue(problem, problem.startsWith('provided bad location') ? 'timezone' : 'schedule')]
}

function dataErrors({ data = '', dataBase64 = '', contentType }: PingSourceSpec, limit: number): FieldError[] {
  if (data !== '' && dataBase64 !== '') return [multipleOneOf('data', 'dataBase64')]
  const isJson = contentType === 'application/json'
  if (data !== '') return [...sizeErrors('data', data, limit), ...(isJson ? jsonErrors('data', data) : [])]
  if (dataBase64 === '') return []
  const problem = base64Problem(dataBase64)
  return [
    ...sizeErrors('dataBase64', dataBase64, limit),
    ...(problem === undefined ? [] : [invalidValue(problem, 'dataBase64')]),
    ...(problem === undefined && isJson ? jsonErrors('dataBase64', textInBase64(dataBase64)) : [])
  ]
}

function sizeErrors(field: string, text: string, limit: number): FieldError[] {
  const size = utf8(text).length
  return limit < 0 || size <= limit ? [] : [invalidValue(`the ${field} length of ${size} bytes exceeds limit set at ${limit}.`, field)]
}

/** JSON has to be an object, or null. */
function jsonErrors(field: string, text: string): FieldError[] {
  const problem = jsonProblem(text) ?? notAnObject(JSON.parse(text))
  return problem === undefined ? [] : [invalidValue(problem, field)]
}

const notAnObject = (value: unknown): string | undefined =>
  value === null || (typeof value === 'object' && !Array.isArray(value))
    ? undefined
    : cannotUnmarshalInto(value, 'map[string]*json.RawMessage')
