import { qualifiedNameProblems } from '../names/name-rules.ts'
import { invalidValue, missing, type FieldError } from './field-error.ts'

interface Reference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
}

/** What is wrong with a reference to another object. Paths are relative to it. */
export function referenceErrors({ apiVersion = '', kind = '', name = '' }: Reference): FieldError[] {
  const form = (path: string, text: string, problems: readonly string[]): FieldError[] => {
    if (text === '') return [missing(path)]
    return problems.length === 0 ? [] : [invalidValue(problems.join(', '), path)]
  }
  return [
    ...form('apiVersion', apiVersion, qualifiedNameProblems(apiVersion)),
    ...form(
      'kind',
      kind,
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(kind) ? [] : ["a valid C identifier must start with alphabetic character or '_'"]
    ),
    ...form('name', name, qualifiedNameProblems(name))
  ]
}

/** http1 or h2c. */
export function protocolErrors(protocolType: string): FieldError[] {
  if (protocolType === '') return [missing('protocolType')]
  return ['http1', 'h2c'].includes(protocolType) ? [] : [invalidValue(protocolType, 'protocolType')]
}
