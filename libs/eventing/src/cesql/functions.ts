import { isAscii, latin1Utf8Of, textOfLatin1 } from '../text/utf8.ts'
import { CesqlFailure, type Result, toBoolean, toInteger, type Value } from './value.ts'

/** What a parameter is cast to before the call. `any` is left as it is. */
export type ParameterType = 'string' | 'integer' | 'boolean' | 'any'

/** A built-in function: types of its parameters, the type of further ones when it takes any number, and what it gives. */
export interface BuiltIn {
  readonly parameters: readonly ParameterType[]
  /** How many of the parameters must be given. */
  readonly least: number
  readonly further?: ParameterType
  readonly gives: 'string' | 'integer' | 'boolean'
  call(values: readonly Value[]): Result
}

const define = (
  parameters: readonly ParameterType[],
  gives: BuiltIn['gives'],
  // Casts have been made by the caller, by the types above.
  call: (...values: never[]) => Result,
  extra: { least?: number; further?: ParameterType } = {}
): BuiltIn => ({
  parameters,
  least: extra.least ?? parameters.length,
  ...(extra.further !== undefined && { further: extra.further }),
  gives,
  call: (values) => call(...(values as never[]))
})

const works = (result: Result): boolean => typeof result !== 'object'

/** Lengths and positions count bytes of UTF-8: works on a character a byte, and goes back to characters. */
function cut(text: string, take: (bytes: string) => string | CesqlFailure): Result {
  if (isAscii(text)) return take(text)
  const taken = take(latin1Utf8Of(text))
  return typeof taken === 'string' ? textOfLatin1(taken) : taken
}

/** The functions of CESQL 1.0, section 3.5, by upper-case name. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['INT', define(['any'], 'integer', (value: Value) => toInteger(value))],
  ['BOOL', define(['any'], 'boolean', (value: Value) => toBoolean(value))],
  ['STRING', define(['any'], 'string', (value: Value) => String(value))],
  ['IS_INT', define(['any'], 'boolean', (value: Value) => works(toInteger(value)))],
  ['IS_BOOL', define(['any'], 'boolean', (value: Value) => works(toBoolean(value)))],
  [
    'ABS',
    define(['integer'], 'integer', (value: number) =>
      value === -(2 ** 31) ? new CesqlFailure('math error: ABS of the least Integer is none') : Math.abs(value)
    )
  ],
  ['LENGTH', define(['string'], 'integer', (text: string) => latin1Utf8Of(text).length)],
  ['CONCAT', define([], 'string', (...texts: string[]) => texts.join(''), { further: 'string' })],
  ['CONCAT_WS', define(['string'], 'string', (by: string, ...texts: string[]) => texts.join(by), { further: 'string' })],
  ['LOWER', define(['string'], 'string', (text: string) => text.toLowerCase())],
  ['UPPER', define(['string'], 'string', (text: string) => text.toUpperCase())],
  ['TRIM', define(['string'], 'string', (text: string) => text.trim())],
  ['LEFT', define(['string', 'integer'], 'string', (text: string, size: number) => side('LEFT', text, size))],
  ['RIGHT', define(['string', 'integer'], 'string', (text: string, size: number) => side('RIGHT', text, size))],
  ['SUBSTRING', define(['string', 'integer', 'integer'], 'string', substring, { least: 2 })]
])

function side(name: 'LEFT' | 'RIGHT', text: string, size: number): Result {
  if (size < 0) return new CesqlFailure(`function evaluation error: ${name} of ${size} bytes`)
  return cut(text, (bytes) => (name === 'LEFT' ? bytes.slice(0, size) : bytes.slice(Math.max(0, bytes.length - size))))
}

function substring(text: string, position: number, size?: number): Result {
  if (position === 0) return ''
  return cut(text, (bytes) => {
    if (Math.abs(position) > bytes.length) {
      return new CesqlFailure(`function evaluation error: SUBSTRING from ${position} of ${bytes.length} bytes`)
    }
    if (size !== undefined && size < 0) return new CesqlFailure(`function evaluation error: SUBSTRING of ${size} bytes`)
    const from = position > 0 ? position - 1 : bytes.length + position
    return bytes.slice(from, size === undefined ? undefined : from + size)
  })
}
