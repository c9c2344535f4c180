import type { CloudEvent } from '../event/cloud-event.ts'
import { compileCall } from './call.ts'
import { likeTest } from './like.ts'
import type { BinaryOperator, Node } from './node.ts'
import { castLike, CesqlFailure, failed, type Result, toBoolean, toInteger } from './value.ts'

/** A compiled expression. */
export type Evaluate = (event: CloudEvent) => Result

/** Compiles a parsed expression into closures. The first failure ends the evaluation: it is the whole expression's result. */
export function compile(node: Node): Evaluate {
  switch (node.kind) {
    case 'literal':
      return () => node.value
    case 'attribute':
      return attribute(node.name)
    case 'exists':
      return (event) => event.attributes.has(node.name)
    case 'not':
      return compileNot(compile(node.operand))
    case 'negate':
      return compileNegate(compile(node.operand))
    case 'like':
      return compileLike(compile(node.operand), likeTest(node.pattern), node.negated)
    case 'in':
      return compileIn(compile(node.operand), node.set.map(compile), node.negated)
    case 'logic':
      return compileLogic(node.operator, compile(node.left), compile(node.right))
    case 'binary':
      return compileBinary(node.operator, node.left, node.right)
    case 'call':
      return compileCall(node.name, node.parameters.map(compile))
  }
}

function attribute(name: string): Evaluate {
  const missing = new CesqlFailure(`missing attribute error: ${name}`)
  return (event) => (event.typed === undefined ? undefined : typedOf(event, name)) ?? event.attributes.get(name) ?? missing
}

/** Integers that fit 32 bits and booleans keep their type; other numbers are text. */
function typedOf(event: CloudEvent, name: string): number | boolean | undefined {
  const value = event.typed?.get(name)
  return typeof value === 'number' && (value | 0) !== value ? undefined : value
}

function compileNot(operand: Evaluate): Evaluate {
  return (event) => {
    const value = operand(event)
    const truth = failed(value) ? value : toBoolean(value)
    return failed(truth) ? truth : !truth
  }
}

function compileNegate(operand: Evaluate): Evaluate {
  return (event) => {
    const value = operand(event)
    const number = failed(value) ? value : toInteger(value)
    return failed(number) ? number : -number | 0
  }
}

function compileLike(operand: Evaluate, test: (text: string) => boolean, negated: boolean): Evaluate {
  return (event) => {
    const value = operand(event)
    return failed(value) ? value : test(typeof value === 'string' ? value : String(value)) !== negated
  }
}

function compileIn(operand: Evaluate, set: readonly Evaluate[], negated: boolean): Evaluate {
  return (event) => {
    const value = operand(event)
    if (failed(value)) return value
    for (const member of set) {
      const other = member(event)
      const cast: Result = failed(other) ? other : castLike(other, value)
      if (failed(cast)) return cast
      if (cast === value) return !negated
    }
    return negated
  }
}

function compileLogic(operator: 'AND' | 'OR' | 'XOR', left: Evaluate, right: Evaluate): Evaluate {
  const truth = (evaluate: Evaluate, event: CloudEvent): boolean | CesqlFailure => {
    const value = evaluate(event)
    return typeof value === 'boolean' || failed(value) ? value : toBoolean(value)
  }
  if (operator === 'XOR') {
    return (event) => {
      const one = truth(left, event)
      const other = failed(one) ? one : truth(right, event)
      return failed(other) ? other : one !== other
    }
  }
  const decisive = operator === 'OR'
  return (event) => {
    const one = truth(left, event)
    return failed(one) || one === decisive ? one : truth(right, event)
  }
}

function compileBinary(operator: BinaryOperator, leftNode: Node, rightNode: Node): Evaluate {
  const left = compile(leftNode)
  const right = compile(rightNode)
  if (operator === '=' || operator === '!=' || operator === '<>') {
    const wanted = operator === '='
    // The comparison that nearly every expression is.
    if (rightNode.kind === 'literal' && typeof rightNode.value === 'string') {
      const text = rightNode.value
      return (event) => {
        const value = left(event)
        return failed(value) ? value : ((typeof value === 'string' ? value : String(value)) === text) === wanted
      }
    }
    return (event) => {
      const value = left(event)
      if (failed(value)) return value
      const other = right(event)
      const cast: Result = failed(other) ? other : castLike(value, other)
      return failed(cast) ? cast : (cast === other) === wanted
    }
  }
  const apply = onIntegers[operator]
  return (event) => {
    const value = left(event)
    const one = failed(value) ? value : toInteger(value)
    if (failed(one)) return one
    const second = right(event)
    const other = failed(second) ? second : toInteger(second)
    return failed(other) ? other : apply(one, other)
  }
}

const byZero = new CesqlFailure('math error: division by zero')

/** Integers wrap around at 32 bits. */
const onIntegers: Record<Exclude<BinaryOperator, '=' | '!=' | '<>'>, (left: number, right: number) => Result> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '+': (left, right) => (left + right) | 0,
  '-': (left, right) => (left - right) | 0,
  '*': (left, right) => Math.imul(left, right),
  '/': (left, right) => (right === 0 ? byZero : (left / right) | 0),
  '%': (left, right) => (right === 0 ? byZero : (left % right) | 0)
}
