/** One CEL expression: compiled once, evaluated within a time limit, its failures in the words of Go's implementation. */
import { createContext, Script } from 'node:vm'
import { EvaluationError, ParseError, TypeError as CelTypeError, type Environment } from '@marcbachmann/cel-js'

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

const firstLine = (error: Error) => error.message.split('\n', 1)[0] ?? ''

/** What Go's compiler says of the text: its place in it, and a picture. */
function compilationText(text: string, error: CelError): string {
  const position = error.node?.pos ?? 0
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1)
  const source = text.split('\n')[line - 1] ?? ''
  // Go points at the dot of a selection, the library at the name behind it.
  const start = error.code === 'no_such_key' ? Math.max(column - 1, 0) : column
  return `compilation failed: ERROR: <input>:${line}:${start + 1}: ${reasonText(error)}\n | ${source}\n | ${'.'.repeat(start)}^`
}

function reasonText(error: CelError): string {
  const text = firstLine(error)
  const [, key] = /^No such key: (.*)$/.exec(text) ?? []
  if (key !== undefined) return `undefined field '${key}'`
  const [, left, operator, right] = /^no such overload: (\S+) (\S+) (\S+)$/.exec(text) ?? []
  if (left !== undefined) return `found no matching overload for '_${operator}_' applied to '(${left}, ${right})'`
  const [, variable] = /^Unknown variable: (.*)$/.exec(text) ?? []
  if (variable !== undefined) return `undeclared reference to '${variable}' (in container '')`
  return error instanceof ParseError ? `Syntax error: ${text}` : text
}

/** Why the text is no expression of the wanted type in this environment; undefined when it is. */
export function expressionProblem(environment: Environment, text: string, wanted: 'bool' | 'string'): string | undefined {
  const { valid, type, error } = environment.check(text)
  if (!valid) return error === undefined ? 'compilation failed' : compilationText(text, error)
  return type === wanted || type === 'dyn' ? undefined : `must evaluate to a ${wanted}`
}

/** Compiles a text that {@link expressionProblem} found nothing wrong with; throws its Error otherwise. */
export function compileExpression(environment: Environment, text: string): Expression {
  const run = environment.parse(text)
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
  /\b(?:matches|find|findAll)\b|\.(?:all|exists|exists_one|map|filter|existsOne|indexOf|distinct)\([^]*\.(?:all|exists|exists_one|map|filter|existsOne|indexOf|distinct)\(/
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

function failureOf(error: unknown): CelFailure {
  if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return new CelFailure('limit', 'operation cancelled: actual cost limit exceeded')
  if (error instanceof RangeError && !isCelError(error)) return new CelFailure('other', 'recursion limit exceeded')
  const text = error instanceof Error ? firstLine(error) : String(error)
  if (/^(?:no such overload|found no matching overload)/.test(text)) return new CelFailure('overload', 'no such overload')
  return new CelFailure('other', text.replace(/^No such key/, 'no such key'))
}
