import { type CesqlExpression, parseCesql } from '../cesql/cesql-expression.ts'
import { CesqlSyntaxError } from '../cesql/cesql-syntax-error.ts'
import type { Node } from '../cesql/node.ts'
import { type Anchor, type Anchors, narrowest, oneOf } from './anchor.ts'
import { type Filter, filterOf, noFilter } from './filter.ts'

/**
 * The dialect `cesql`: passes when the expression is true. A failed evaluation and a value that is no boolean fail. No text, or text that
 * admission should have refused, has no opinion.
 */
export function cesqlFilter(text: string): Filter {
  if (text === '') return noFilter
  let expression: CesqlExpression
  try {
    expression = parseCesql(text)
  } catch (error) {
    if (error instanceof CesqlSyntaxError) return noFilter
    throw error
  }
  const { evaluate, node } = expression
  return filterOf((event) => (evaluate(event) === true ? 'pass' : 'fail'), anchorsOf(node))
}

/** Conditions of which one holds whenever the expression is true. */
function anchorsOf(node: Node): Anchors | undefined {
  if (node.kind === 'logic' && node.operator !== 'XOR') {
    const both = [anchorsOf(node.left), anchorsOf(node.right)]
    const anchors = node.operator === 'AND' ? narrowest(both) : oneOf(both)
    // A failure on the left of OR ends the evaluation, whatever stands on the right.
    return anchors && { any: anchors.any, whole: false }
  }
  if (node.kind === 'like' && !node.negated && node.operand.kind === 'attribute') return likeAnchors(node.operand.name, node.pattern)
  if (node.kind === 'binary' && node.operator === '=' && node.left.kind === 'attribute' && node.right.kind === 'literal') {
    return typeof node.right.value === 'string' ? exact(node.left.name, [node.right.value]) : undefined
  }
  if (node.kind === 'in' && !node.negated && node.operand.kind === 'attribute') {
    const texts = node.set.map((member) => (member.kind === 'literal' && typeof member.value === 'string' ? member.value : undefined))
    if (texts.every((text) => text !== undefined && !castsToOther.test(text))) return exact(node.operand.name, texts as string[])
  }
  return undefined
}

/** Texts that IN would cast when the attribute is a typed integer or boolean: '07' is 7. */
const castsToOther = /^(?:[+-]?[0-9]+|true|false)$/i

const exact = (attribute: string, texts: readonly string[]): Anchors => ({
  any: [...new Set(texts)].map((text): Anchor => ({ how: 'exact', attribute, text })),
  whole: false
})

/** The text before the first wildcard. Beyond ASCII a wildcard may cut a character, so nothing is promised there. */
function likeAnchors(attribute: string, pattern: string): Anchors | undefined {
  const start = /^[^%_\\]*/.exec(pattern)?.[0] ?? ''
  if (start === '' || /\P{ASCII}/u.test(start)) return undefined
  return { any: [{ how: start === pattern ? 'exact' : 'prefix', attribute, text: start }], whole: false }
}
