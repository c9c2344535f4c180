/** Knative's field errors: what is wrong, where, and the text that users see. A list of them is merged when it is printed. */

/** One complaint. Warnings never refuse an object. */
export interface FieldError {
  readonly message: string
  /** Dotted, with `[i]` for items: `spec.template.spec.containers[0].image`. */
  readonly paths: readonly string[]
  readonly details?: string
  readonly level?: 'warning'
}

/** Something required is not there. */
export const missing = (...paths: string[]): FieldError => ({ message: 'missing field(s)', paths })
/** Something is there that may not be. */
export const disallowed = (...paths: string[]): FieldError => ({ message: 'must not set the field(s)', paths })
/** A value of a wrong form. `details` says more on a line of its own. */
export const invalidValue = (value: unknown, path: string, details?: string): FieldError =>
  withDetails(`invalid value: ${String(value)}`, [path], details)
/** A key of a map that may not be there. */
export const invalidKey = (key: string, path: string, details?: string): FieldError =>
  withDetails(`invalid key name "${key}"`, [path], details)
/** A value outside its bounds. */
export const outOfBounds = (value: unknown, lower: unknown, upper: unknown, path: string): FieldError => ({
  message: `expected ${String(lower)} <= ${String(value)} <= ${String(upper)}`,
  paths: [path]
})
/** None of several, where one is needed. */
export const missingOneOf = (...paths: string[]): FieldError => ({ message: 'expected exactly one, got neither', paths })
/** More than one of several, where one is needed. */
export const multipleOneOf = (...paths: string[]): FieldError => ({ message: 'expected exactly one, got both', paths })
/** None of several, where one or more are needed. */
export const missingAnyOf = (...paths: string[]): FieldError => ({ message: 'expected at least one, got none', paths })
/** What may not change has changed; the details are the difference. */
export const immutable = (difference: string, ...paths: string[]): FieldError => ({
  message: 'Immutable fields changed (-old +new)',
  paths,
  details: difference
})
/** The path of an entry of a map: a key with a dot stands apart, as upstream prints it. */
export const entryPath = (field: string, key: string): string => (key.includes('.') ? `${field}.[${key}]` : `${field}[${key}]`)
/** Any other complaint. No path gives a text that ends in `: `. */
export const generic = (message: string, ...paths: string[]): FieldError => ({ message, paths })

function withDetails(message: string, paths: readonly string[], details: string | undefined): FieldError {
  return details === undefined ? { message, paths } : { message, paths, details }
}

/** The same complaint with more to say. */
export const detailed = (error: FieldError, details: string): FieldError => ({ ...error, details })
/** The same complaint as a warning. */
export const warning = (error: FieldError): FieldError => ({ ...error, level: 'warning' })

/** Moves complaints under a field. An empty path names the field itself. */
export const under = (field: string, errors: readonly FieldError[]): FieldError[] =>
  errors.map((error) => ({ ...error, paths: error.paths.map((path) => join(field, path)) }))
/** Moves complaints under an item of a list. */
export const underItem = (field: string, index: number, errors: readonly FieldError[]): FieldError[] => under(`${field}[${index}]`, errors)

function join(field: string, path: string): string {
  if (path === '') return field
  if (field === '') return path
  return path.startsWith('[') ? `${field}${path}` : `${field}.${path}`
}

/** Only what refuses the object. */
export const refusals = (errors: readonly FieldError[]): FieldError[] => errors.filter(({ level }) => level !== 'warning')
/** Only what does not. */
export const warnings = (errors: readonly FieldError[]): FieldError[] => errors.filter(({ level }) => level === 'warning')

/** The text of a list: a line for each of {@link fieldErrorLines}. Empty for none. */
export const fieldErrorText = (errors: readonly FieldError[]): string => fieldErrorLines(errors).join('\n')

/** Equal complaints are one with all their paths; sorted by message, paths sorted. */
export function fieldErrorLines(errors: readonly FieldError[]): string[] {
  const merged = new Map<string, FieldError>()
  for (const error of errors) {
    const key = `${error.level ?? ''}\0${error.message}\0${error.details ?? ''}`
    const paths = new Set([...(merged.get(key)?.paths ?? []), ...error.paths])
    merged.set(key, { ...error, paths: [...paths].sort() })
  }
  const order = (error: FieldError): string => `${error.message}\0${error.details ?? ''}`
  const sorted = [...merged.values()].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
  return sorted.map(line)
}

const line = ({ message, paths, details }: FieldError): string =>
  `${message}: ${paths.join(', ')}${details === undefined || details === '' ? '' : `\n${details}`}`
