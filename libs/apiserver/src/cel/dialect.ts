/**
 * An expression read as Go's implementation reads it, where the CEL library differs: its functions cannot be replaced, so calls of them
 * are given another name after parsing.
 */
import type { Environment, ParseResult } from '@marcbachmann/cel-js'
import type { Checker, Evaluator, Node, Scope } from './macro.ts'

const PREFIX = 'go_'
/** Methods of the library that differ from Go's: `goName` registers ours. */
const DIFFERENT = ['indexOf', 'lastIndexOf', 'substring', 'lowerAscii', 'upperAscii', 'split', 'matches', 'trim']
/** Methods of the library that Kubernetes does not have. */
const FOREIGN = ['json', 'hex', 'string', 'base64', 'at']
const RENAMED = new Set([...DIFFERENT, ...FOREIGN])

/** The name under which a method of {@link DIFFERENT} is registered. */
export const goName = (name: string): string => `${PREFIX}${name}`
/** A message of the library with the names that the text has. */
export const plainNames = (message: string): string => message.replaceAll(/\bgo_(?=\w+\()/g, '')

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value

/** Parses the text. Throws ParseError. */
export function parsed(environment: Environment, text: string): ParseResult {
  const run = environment.parse(text)
  adapt(run.ast as unknown as Node)
  return run
}

function adapt(node: Node): void {
  const { op, args } = node
  if (op === 'rcall' && Array.isArray(args) && RENAMED.has(String(args[0]))) args[0] = goName(String(args[0]))
  if (op === 'call' && Array.isArray(args) && args[0] === 'has') adaptHas(node, (args[1] as Node[])[0])
  descend(args)
}

function descend(value: unknown): void {
  if (isNode(value)) adapt(value)
  else if (Array.isArray(value)) value.forEach(descend)
}

/** The library's `has()` takes selections from a variable alone: not `has(self.items[0].name)`. */
function adaptHas(call: Node, argument: Node | undefined): void {
  if (argument?.op !== '.') return
  let root: Node = argument
  while (root.op === '.' || root.op === '.?') root = (root.args as readonly [Node])[0]
  if (root.op === 'id') return
  const [receiver, field] = argument.args as readonly [Node, string]
  call.setMeta('macro', {
    typeCheck: (checker: Checker, _macro: unknown, scope: Scope) => {
      checker.check(argument, scope)
      return checker.getType('bool')
    },
    evaluate: (ev: Evaluator, _macro: unknown, scope: Scope) => {
      const value = ev.run(receiver, scope)
      return ev.debugType(value).fieldLazy(value, field, argument, ev) !== undefined
    }
  })
  call.setMeta('async', false)
}
