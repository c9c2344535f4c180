import type { CloudEvent } from '../event/cloud-event.ts'
import { compile } from './compile.ts'
import { builtIns } from './functions.ts'
import type { Node } from './node.ts'
import { Parser } from './parser.ts'
import type { Result } from './value.ts'

/** An expression of CESQL 1.0, parsed and compiled. */
export interface CesqlExpression {
  readonly text: string
  readonly node: Node
  /** The type that its value has whatever the event, `any` when that depends on an attribute. */
  readonly type: 'string' | 'integer' | 'boolean' | 'any'
  /** Its value for an event, or why it has none. */
  evaluate(event: CloudEvent): Result
}

/**
 * Parses and compiles an expression. Throws {@link CesqlSyntaxError}, with the details that upstream's admission prints. Functions that are
 * unknown, or called with a wrong number of parameters, fail when evaluated.
 */
export function parseCesql(text: string): CesqlExpression {
  const node = new Parser(text).parse()
  return { text, node, type: typeOf(node), evaluate: compile(node) }
}

function typeOf(node: Node): CesqlExpression['type'] {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'number' ? 'integer' : typeof node.value === 'string' ? 'string' : 'boolean'
    case 'attribute':
      return 'any'
    case 'negate':
      return 'integer'
    case 'binary':
      return '+-*/%'.includes(node.operator) ? 'integer' : 'boolean'
    case 'call':
      return builtIns.get(node.name)?.gives ?? 'any'
    default:
      return 'boolean'
  }
}
