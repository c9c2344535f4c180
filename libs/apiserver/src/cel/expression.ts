/** One CEL expression: compiled once, evaluated within a time limit, its failures in the words of Go's implementation. */
import { createContext, Script } from 'node:vm'
import { errorText } from '@knative-ts/kube'
import { EvaluationError, ParseError, TypeError as CelTypeError, type Environment } from '@marcbachmann/cel-js'
import { parsed, plainNames } from './dialect.ts'
import { functionNames } from './environment.ts'

const OWN_FUNCTIONS = 'all exists exists_one existsOne filter map has type dyn'.split(' ')

/** Names of functions that there are for some type. */
function knownFunctions(): ReadonlySet<string> {
  return new Set([...OWN_FUNCTIONS, ...functionNames()])
}

export interface Expression {
  readonly text: string
  readonly uses: (variable: string) => boolean
  /** Throws CelFailure. `size`: about how many bytes of values it works on. */
  readonly evaluate: (variables: Readonly<Record<string, unknown>>, size: number) => unknown
}

/** An evaluation that came to no result. */
export class CelFailure extends Error {
  readonly kind: 'overload' | 'limit' | 'other'
  constructor(kind: CelFailure['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

type CelError = EvaluationError | ParseError | CelTypeError
const isCelError = (error: unknown): error is CelError =>
  error instanceof EvaluationError || error instanceof ParseError || error instanceof CelTypeError

const firstLine = (error: unknown) => plainNames(errorText(error).split('\n', 1)[0] ?? '')

/** What may begin an operand, as the reference's parser lists it. */
const OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
const MOST_PLACES = 10

/** What Go's compiler says of the text: its place in it, and a picture. */
function placeText(text: string, error: CelError): string {
  const position = positionOf(text, error)
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1)
  const source = text.split('\n')[line - 1] ?? ''
  return `ERROR: <input>:${line}:${column + 1}: ${reasonText(error)}\n | ${source}\n | ${'.'.repeat(column)}^`
}

interface Node {
  readonly pos: number
  readonly op: string
  readonly args: unknown
}

const OPERATION = /^no such overload: (\S+(?:<.*?>)?) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|&&|in) (.+)$/
const NEGATION = /^no such overload: ([!-])(.+)$/
const CALL = /^found no matching overload for '(?:(.+)\.)?(\w+)\((.*)\)'$/

/** Go points at operators, at the dot of a selection and at the parenthesis of a call; the library at where each begins. */
function positionOf(text: string, error: CelError): number {
  const node = error.node as Node | undefined
  const start = node?.pos ?? 0
  const message = firstLine(error)
  if (error.code === 'no_such_key') return Math.max(start - 1, 0)
  const [, , operator] = OPERATION.exec(message) ?? []
  const right = Array.isArray(node?.args) ? (node.args[1] as Node | undefined)?.pos : undefined
  if (operator !== undefined && right !== undefined) return Math.max(text.lastIndexOf(operator, right - 1), start)
  const [, , name] = CALL.exec(message) ?? []
  if (name === undefined) return start
  const call = text.slice(start).search(new RegExp(`\\b${name}\\s*\\(`))
  return call < 0 ? start : text.indexOf('(', start + call)
}

/** Types as Go writes them: `list(int)`. */
const goType = (type: string) => type.replaceAll('<', '(').replaceAll('>', ')')

function reasonText(error: CelError): string {
  const text = firstLine(error)
  const [, key] = /^No such key: (.*)$/.exec(text) ?? []
  if (key !== undefined) return `undefined field '${key}'`
  const [, left, operator, right] = OPERATION.exec(text) ?? []
  if (left !== undefined && right !== undefined)
    return `found no matching overload for '${operator === 'in' ? '@in' : `_${operator}_`}' applied to '(${goType(left)}, ${goType(right)})'`
  const [, sign, operand] = NEGATION.exec(text) ?? []
  if (operand !== undefined) return `found no matching overload for '${sign}_' applied to '(${goType(operand)})'`
  const [, receiver, name, given] = CALL.exec(text) ?? []
  if (name !== undefined) return callText(receiver, name, given ?? '')
  const [, variable] = /^Unknown variable: (.*)$/.exec(text) ?? []
  if (variable !== undefined) return `undeclared reference to '${variable}' (in container '')`
  if (!(error instanceof ParseError)) return text
  if (text === 'Unexpected token: EOF') return `Syntax error: mismatched input '<EOF>' expecting ${OPERAND}`
  if (text === 'Expected IDENTIFIER, got EOF') return "Syntax error: no viable alternative at input '.'"
  return `Syntax error: ${text}`
}

function callText(receiver: string | undefined, name: string, given: string): string {
  if (!knownFunctions().has(name)) return `undeclared reference to '${name}' (in container '')`
  const on = receiver === undefined ? '' : `${goType(receiver)}.`
  return `found no matching overload for '${name}' applied to '${on}(${goType(given)})'`
}

interface Checked {
  readonly valid: boolean
  readonly type?: string
  readonly error?: CelError | undefined
}

function checked(environment: Environment, text: string): Checked {
  try {
    return parsed(environment, text).check()
  } catch (error) {
    if (isCelError(error)) return { valid: false, error }
    throw error
  }
}

/** The type of an expression, or why the text is none, in the words of Go's compiler. */
export function checkedExpression(environment: Environment, text: string): { readonly problem?: string; readonly type: string } {
  const places: string[] = []
  // The library stops at the first name that it does not know; Go tells all of them.
  for (let known = environment; ;) {
    const { valid, type, error } = checked(known, text)
    if (valid && places.length === 0) return { type: type ?? 'dyn' }
    const unknown = error === undefined ? undefined : /^Unknown variable: (\w+)/.exec(firstLine(error))?.[1]
    if (error !== undefined) places.push(placeText(text, error))
    if (unknown === undefined || places.length > MOST_PLACES) break
    known = known.clone().registerVariable(unknown, 'dyn')
  }
  return { problem: `compilation failed: ${places.join('\n')}`, type: 'dyn' }
}

/** Why the text is no expression of the wanted type in this environment; undefined when it is. */
export function expressionProblem(environment: Environment, text: string, wanted: 'bool' | 'string'): string | undefined {
  const { problem, type } = checkedExpression(environment, text)
  if (problem !== undefined) return problem
  return type === wanted || type === 'dyn' ? undefined : `must evaluate to a ${wanted}`
}

/** Compiles a text that {@link expressionProblem} found nothing wrong with; throws its Error otherwise. */
export function compileExpression(environment: Environment, text: string): Expression {
  const run = parsed(environment, text)
  const names = new Set(text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '').match(/\b[A-Za-z_]\w*\b/g))
  const isCostly = COSTLY.test(text)
  return {
    text,
    uses: (variable) => names.has(variable),
    evaluate: (variables, size) => {
      try {
        const evaluate = () => run(variables) as unknown
        return isCostly && size > SMALL_BYTES ? withinLimit(evaluate) : evaluate()
      } catch (error) {
        throw failureOf(error)
      }
    }
  }
}

/** Loops within loops, and patterns, may take long on big values; all else is over at once. */
const COSTLY =
  /\b(?:matches|find|findAll)\b|\.(?:all|exists|exists_one|map|filter|existsOne|transform\w+|indexOf|lastIndexOf)\([^]*\.(?:all|exists|exists_one|map|filter|existsOne|transform\w+|indexOf|lastIndexOf)\(/
const SMALL_BYTES = 256
/** Stands for Kubernetes' limit on the cost of one call. */
const LIMIT_MS = 500

const sandbox: { run?: () => unknown } = {}
const context = createContext(sandbox)
const script = new Script('run()')

/** Runs on this thread, but not for ever: the only way to stop a loop that does not end. Half a millisecond dearer than a call. */
function withinLimit(run: () => unknown): unknown {
  sandbox.run = run
  try {
    return script.runInContext(context, { timeout: LIMIT_MS }) as unknown
  } finally {
    delete sandbox.run
  }
}

/** What the library says at run time, and Go's words for it. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^No such key: index out of bounds, index (-?\d+).*$/, 'index out of bounds: $1'],
  [/^No such key/, 'no such key'],
  [/^integer overflow: .*$/, 'integer overflow'],
  [/^modulo by zero$/, 'modulus by zero'],
  [/^Optional value is not present$/, 'optional.none() dereference'],
  [/^(int|uint|double|bool)\(\) (?:type|conversion) error: .*$/, "type conversion error from 'string' to '$1'"],
  [/^unsupported comprehension range type: .*$/, 'no such overload']
]

function failureOf(error: unknown): CelFailure {
  if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return new CelFailure('limit', 'operation cancelled: actual cost limit exceeded')
  if (error instanceof RangeError && !isCelError(error)) return new CelFailure('other', 'recursion limit exceeded')
  const text = firstLine(error)
  if (/^(?:no such overload|found no matching overload)/.test(text)) return new CelFailure('overload', 'no such overload')
  return new CelFailure(
    'other',
    WORDS.reduce((words, [library, go]) => words.replace(library, go), text)
  )
}
