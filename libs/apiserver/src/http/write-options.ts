/** CreateOptions, UpdateOptions and PatchOptions from a query. */
import type { FieldValidation } from '../requests/call.ts'
import { forbiddenField, invalidOptions, invalidValue, required, tooLong, unsupportedValue, type Cause } from './errors.ts'
import { booleanOf } from './query.ts'

export interface WriteOptions {
  readonly dryRun: boolean
  readonly manager: string
  readonly validation: FieldValidation
  /** Of an apply patch only. */
  readonly force: boolean
  /** What was given, for webhooks. */
  readonly options: Readonly<Record<string, unknown>>
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']
const LONGEST_MANAGER = 128

/** Throws 422. `apply`: the patch is an apply patch, so a manager must be named. */
export function writeOptionsOf(
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  query: URLSearchParams | undefined,
  userAgent: string | undefined,
  apply = false
): WriteOptions {
  if (query === undefined && !apply) return { dryRun: false, manager: managerOf(userAgent), validation: 'Warn', force: false, options: {} }
  const given = query ?? new URLSearchParams()
  const causes: Cause[] = []
  const dryRun = given.getAll('dryRun')
  if (dryRun.some((value) => value !== 'All')) causes.push(unsupportedValue('dryRun', dryRun, ['All']))
  const manager = given.get('fieldManager') ?? ''
  if (manager.length > LONGEST_MANAGER) causes.push(tooLong('fieldManager', LONGEST_MANAGER))
  const odd = [...manager].findIndex((character) => !isPrintable(character))
  if (odd >= 0)
    causes.push(
      invalidValue(
        'fieldManager',
        manager,
        `invalid character U+${([...manager][odd]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} (at position ${odd})`
      )
    )
  if (apply && manager === '') causes.push(required('fieldManager', 'is required for apply patch'))
  if (kind === 'PatchOptions' && !apply && given.has('force'))
    causes.push(forbiddenField('force', 'may not be specified for non-apply patch'))
  const validation = given.get('fieldValidation') ?? ''
  if (!VALIDATIONS.includes(validation)) causes.push(unsupportedValue('fieldValidation', validation, VALIDATIONS))
  if (causes.length > 0) throw invalidOptions(kind, causes)
  return {
    dryRun: dryRun.includes('All'),
    manager: manager || managerOf(userAgent),
    validation: (validation || 'Warn') as FieldValidation,
    force: apply && booleanOf(given, 'force'),
    options: {
      ...(dryRun.length > 0 ? { dryRun } : {}),
      ...(manager === '' ? {} : { fieldManager: manager }),
      ...(validation === '' ? {} : { fieldValidation: validation })
    }
  }
}

const isPrintable = (character: string) => character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)

/** Who writes without naming a manager is known by the first word of its User-Agent. */
function managerOf(userAgent: string | undefined): string {
  const word = (userAgent ?? '').split('/', 1)[0] ?? ''
  const printable = [...word].filter(isPrintable).join('').slice(0, LONGEST_MANAGER)
  return printable || 'unknown'
}
