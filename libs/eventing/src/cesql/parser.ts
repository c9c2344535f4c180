import { CesqlSyntaxError } from './cesql-syntax-error.ts'
import type { BinaryOperator, Node } from './node.ts'
import { type Token, type TokenKind, tokensOf } from './tokens.ts'

/** How tightly binary operators bind; those of logic share one level and group to the right. */
const levels: Partial<Record<TokenKind, number>> = {
  AND: 1,
  OR: 1,
  XOR: 1,
  '=': 2,
  '!=': 2,
  '<>': 2,
  '>=': 2,
  '<=': 2,
  '<': 2,
  '>': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '%': 4,
  IN: 5,
  LIKE: 7
}
/** Operands of the prefix operators: `NOT` and `-` bind tighter than all binary ones. */
const prefixLevel = 8
const likePattern = 'failed to parse LIKE expression: the pattern was not a string literal'

/** A recursive descent over the tokens, with operator precedence. Throws {@link CesqlSyntaxError}. */
export class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  /** Whether some rule has begun: upstream's parser panics on an expression that is missing inside of another, not on one at the start. */
  #inside = false

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  /** The whole text as one expression. */
  parse(): Node {
    const node = this.#expression(0)
    this.#take('end')
    return node
  }

  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #expression(level: number): Node {
    let left = this.#operand()
    for (;;) {
      const token = this.#token
      const negated = token.kind === 'NOT'
      const kind = negated ? this.#tokens[this.#next + 1]!.kind : token.kind
      const binds = levels[kind]
      if (binds === undefined || binds < level || (negated && kind !== 'LIKE' && kind !== 'IN')) return left
      this.#next += negated ? 2 : 1
      this.#inside = true
      if (kind === 'LIKE') left = { kind: 'like', operand: left, pattern: this.#pattern(), negated }
      else if (kind === 'IN') left = { kind: 'in', operand: left, set: this.#set(), negated }
      else if (kind === 'AND' || kind === 'OR' || kind === 'XOR') {
        left = { kind: 'logic', operator: kind, left, right: this.#expression(binds) }
      } else left = { kind: 'binary', operator: kind as BinaryOperator, left, right: this.#expression(binds + 1) }
    }
  }

  #operand(): Node {
    const token = this.#token
    const following = this.#tokens[this.#next + 1]?.kind
    if ((token.kind === 'word' || token.kind === 'function-word') && following === '(') return this.#call()
    switch (token.kind) {
      case 'NOT':
      case '-':
        this.#next++
        this.#inside = true
        return { kind: token.kind === 'NOT' ? 'not' : 'negate', operand: this.#expression(prefixLevel) }
      case 'EXISTS':
        this.#next++
        return { kind: 'exists', name: this.#take('word', 'word-with-digits').text.toLowerCase() }
      case '(': {
        this.#next++
        const inner = this.#expression(0)
        this.#take(')')
        return inner
      }
      case 'TRUE':
      case 'FALSE':
        this.#next++
        return { kind: 'literal', value: token.kind === 'TRUE' }
      case 'integer':
        this.#next++
        return { kind: 'literal', value: integerOf(token) }
      case 'string':
        this.#next++
        return { kind: 'literal', value: stringOf(token.text) }
      case 'word':
      case 'word-with-digits':
        this.#next++
        return { kind: 'attribute', name: token.text.toLowerCase() }
      default:
        throw this.#wrong('an expression', this.#inside)
    }
  }

  #call(): Node {
    const name = this.#token.text.toUpperCase()
    this.#next += 2
    const parameters = this.#token.kind === ')' ? [] : this.#list()
    this.#take(')')
    return { kind: 'call', name, parameters }
  }

  #set(): readonly Node[] {
    this.#take('(')
    const set = this.#list()
    this.#take(')')
    return set
  }

  #list(): Node[] {
    this.#inside = true
    const list = [this.#expression(0)]
    while (this.#token.kind === ',') {
      this.#next++
      list.push(this.#expression(0))
    }
    return list
  }

  #pattern(): string {
    const token = this.#token
    if (token.kind === 'string') {
      this.#next++
      return stringOf(token.text)
    }
    throw this.#wrong('a string to compare with', token.kind === 'end', `parse error: syntax error: |${likePattern}`)
  }

  /** The next token, which must be of one of these kinds. */
  #take(...kinds: TokenKind[]): Token {
    const token = this.#token
    if (kinds.includes(token.kind)) {
      this.#next++
      return token
    }
    // A missing or a superfluous token is what upstream's parser mends, and its listener panics on: no details then.
    const superfluous = kinds.includes(this.#tokens[this.#next + 1]?.kind ?? 'end') && token.kind !== 'end'
    const missing = kinds.includes('(') ? token.kind !== 'end' && token.kind !== ')' : token.kind === 'end'
    throw this.#wrong(kinds[0] === 'end' ? 'its end' : kinds[0] === 'word' ? "an attribute's name" : kinds[0]!, superfluous || missing)
  }

  #wrong(wanted: string, silent: boolean, details = 'parse error: syntax error: '): CesqlSyntaxError {
    const { at, text, kind } = this.#token
    const found = kind === 'end' ? 'its end' : JSON.stringify(text)
    const foreign = /[^\p{ASCII}]/u.test(this.#text.slice(0, at).replace(/(["'])(?:\\.|(?!\1).)*\1/gu, ''))
    const message = `${JSON.stringify(this.#text)} should have ${wanted} at character ${at + 1}, and has ${found}`
    return new CesqlSyntaxError(message, silent || foreign ? undefined : details)
  }
}

function integerOf(token: Token): number {
  const value = Number(token.text)
  if (value >= -(2 ** 31) && value < 2 ** 31) return value | 0
  const details = `parse error: strconv.ParseInt: parsing ${JSON.stringify(token.text)}: value out of range`
  throw new CesqlSyntaxError(`the integer ${token.text} does not fit 32 bits`, details)
}

/** The text between the quotes; a backslash keeps only its own kind of quote from ending it. */
function stringOf(token: string): string {
  const quote = token[0]!
  return token.slice(1, -1).replaceAll(`\\${quote}`, quote)
}
