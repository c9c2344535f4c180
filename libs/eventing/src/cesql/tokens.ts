/** What a token is; keywords and operators are their own upper-case text. */
export type TokenKind =
  | 'word' // letters alone: an attribute's or a function's name
  | 'word-with-digits' // an attribute's name
  | 'function-word' // with underscores: a function's name
  | 'string'
  | 'integer'
  | 'quote' // of a string that does not end
  | 'end'
  | (typeof keywords)[number]
  | (typeof operators)[number]

/** One token: its kind, its text as written, where it begins. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
}

const keywords = ['AND', 'OR', 'XOR', 'NOT', 'LIKE', 'EXISTS', 'IN', 'TRUE', 'FALSE'] as const
const operators = ['(', ')', ',', '*', '/', '%', '+', '-', '=', '!=', '<>', '>=', '<=', '>', '<'] as const

const words = new Set<string>(keywords)
const rules: readonly [RegExp, TokenKind | 'word-like' | 'operator'][] = [
  [/"(?:\\[^]|""|[^"\\])*"|'(?:\\[^]|''|[^'\\])*'/y, 'string'],
  [/[a-zA-Z0-9]+/y, 'word-with-digits'],
  [/[+-]?[0-9]+/y, 'integer'],
  [/[a-zA-Z]+/y, 'word-like'],
  [/[a-zA-Z][a-zA-Z_]*/y, 'function-word'],
  [/!=|<>|>=|<=|[(),*/%+\-=<>]/y, 'operator'],
  [/['"]/y, 'quote']
]

/** Where two rules take equally much, the later of this order wins. */
const precedence = ['quote', 'function-word', 'word-with-digits', 'word-like', 'integer', 'operator', 'string']

/**
 * Cuts a text into tokens: the longest one wins, so a sign before digits belongs to them. White space separates; other characters that no
 * token begins with are passed over, as upstream's lexer does (CESQL 1.0 grammar). The last token is the end.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const token = tokenAt(text, at)
    if (token !== undefined) tokens.push(token)
    at += token?.text.length ?? 1
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function tokenAt(text: string, at: number): Token | undefined {
  let found = ''
  let kind: string | undefined
  for (const [pattern, rule] of rules) {
    pattern.lastIndex = at
    const match = pattern.exec(text)?.[0] ?? ''
    const better =
      match.length > found.length || (match.length === found.length && precedence.indexOf(rule) > precedence.indexOf(kind ?? ''))
    if (match !== '' && better) {
      found = match
      kind = rule
    }
  }
  if (kind === undefined) return undefined
  if (kind === 'operator') return { kind: found as TokenKind, text: found, at }
  if (kind !== 'word-like') return { kind: kind as TokenKind, text: found, at }
  const word = found.toUpperCase()
  return { kind: words.has(word) ? (word as TokenKind) : 'word', text: found, at }
}
