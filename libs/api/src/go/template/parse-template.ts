/**
 * Go's text/template, the part that names and hosts are made of: fields, literals, function calls, pipelines, if and else, trim markers,
 * comments. Loops, variables and nested templates are refused.
 */
import { parsed, unparsed, type Parsed } from '../parsed.ts'
import { functionNames } from './template-functions.ts'
import type { Command, Operand, Pipeline, Position, TemplateNode } from './template-node.ts'

/** A template that parsed. `name` stands in its error texts. */
export interface Template {
  readonly name: string
  readonly nodes: readonly TemplateNode[]
}

class SyntaxFailure extends Error {}

/** Reads a template; errors are `template: NAME:LINE: what`. */
export function parseTemplate(name: string, text: string): Parsed<Template> {
  try {
    const pieces = new Pieces(name, text)
    const { nodes, end } = block(pieces, false)
    if (end !== 'eof') throw pieces.failure(`unexpected {{${end}}}`)
    return parsed({ name, nodes })
  } catch (error) {
    if (error instanceof SyntaxFailure) return unparsed(error.message)
    throw error
  }
}

interface Action {
  readonly offset: number
  readonly source: string
}

/** Walks a template: texts and actions in turn. */
class Pieces {
  readonly #name: string
  readonly #text: string
  #offset = 0
  #trim = false

  constructor(name: string, text: string) {
    this.#name = name
    this.#text = text
  }

  /** The next text (trimmed as its neighbours ask) and the action after it, if there is one. */
  next(): { text: string; action?: Action } {
    const open = this.#text.indexOf('{{', this.#offset)
    let text = this.#text.slice(this.#offset, open < 0 ? undefined : open)
    if (this.#trim) text = text.trimStart()
    if (open < 0) {
      this.#offset = this.#text.length
      return { text }
    }
    const close = this.#closing(open + 2)
    let from = open + 2
    let to = close
    if (/^\{\{-\s/.test(this.#text.slice(open, open + 4))) {
      text = text.trimEnd()
      from += 1
    }
    this.#trim = /\s-$/.test(this.#text.slice(from, to))
    if (this.#trim) to -= 1
    this.#offset = close + 2
    return { text, action: { offset: from, source: this.#text.slice(from, to) } }
  }

  /** A syntax error on the line of `offset`, or on the line that was read last. */
  failure(what: string, offset = this.#offset): SyntaxFailure {
    return new SyntaxFailure(`template: ${this.#name}:${this.position(offset).line}: ${what}`)
  }

  position(offset: number): Position {
    const before = this.#text.slice(0, offset)
    return { line: before.split('\n').length, column: before.length - (before.lastIndexOf('\n') + 1) }
  }

  #closing(from: number): number {
    if (/^(-\s)?\s*\/\*/.test(this.#text.slice(from))) {
      const end = this.#text.indexOf('}}', this.#text.indexOf('*/', from))
      if (end < 0) throw this.failure('unclosed comment', from)
      return end
    }
    const action = /^(?:"(?:\\.|[^"\\\n])*"|`[^`]*`|(?!\}\}|["`])[\s\S])*/.exec(this.#text.slice(from))?.[0] ?? ''
    const end = from + action.length
    if (this.#text.startsWith('}}', end)) return end
    if (this.#text[end] === '"') throw this.failure('unterminated quoted string', end)
    if (this.#text[end] === '`') throw this.failure('unterminated raw quoted string', end)
    throw this.failure('unclosed action', from)
  }
}

type End = 'eof' | 'end' | 'else' | 'else if'

function block(pieces: Pieces, inner: boolean): { nodes: TemplateNode[]; end: End; action?: Action } {
  const nodes: TemplateNode[] = []
  for (;;) {
    const { text, action } = pieces.next()
    if (text !== '') nodes.push({ kind: 'text', text })
    if (action === undefined) {
      if (inner) throw pieces.failure('unexpected EOF')
      return { nodes, end: 'eof' }
    }
    const word = /^\s*([a-z]+)\b/.exec(action.source)?.[1] ?? ''
    if (/^\s*\/\*/.test(action.source)) continue
    if (word === 'end') return { nodes, end: 'end' }
    if (word === 'else') return { nodes, end: /^\s*else\s+if\b/.test(action.source) ? 'else if' : 'else', action }
    nodes.push(word === 'if' ? branch(pieces, after(action, 'if')) : { kind: 'print', pipeline: pipelineOf(pieces, action) })
  }
}

/** The action without its first words. */
function after(action: Action, words: string): Action {
  const head = new RegExp(`^\\s*${words.replace(' ', '\\s+')}\\b`).exec(action.source)?.[0].length ?? 0
  return { offset: action.offset + head, source: action.source.slice(head) }
}

function branch(pieces: Pieces, condition: Action): TemplateNode {
  const pipeline = pipelineOf(pieces, condition)
  const first = block(pieces, true)
  const consequent = first.nodes
  if (first.end === 'else if' && first.action !== undefined) {
    return { kind: 'if', pipeline, consequent, alternative: [branch(pieces, after(first.action, 'else if'))] }
  }
  if (first.end !== 'else') return { kind: 'if', pipeline, consequent, alternative: [] }
  const second = block(pieces, true)
  if (second.end !== 'end') throw pieces.failure('expected end; found {{else}}')
  return { kind: 'if', pipeline, consequent, alternative: second.nodes }
}

const TOKEN = /\s+|"(?:\\.|[^"\\])*"|`[^`]*`|(?:\.[A-Za-z_]\w*)+|[A-Za-z_]\w*|[+-]?\d+(?:\.\d+)?|[|().]|[\s\S]/y

function pipelineOf(pieces: Pieces, action: Action): Pipeline {
  const tokens: { text: string; offset: number }[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(action.source); match !== null; match = TOKEN.exec(action.source)) {
    if (match[0].trim() !== '') tokens.push({ text: match[0], offset: action.offset + match.index })
    if (TOKEN.lastIndex >= action.source.length) break
  }
  let index = 0
  const commands = (closing: boolean): Pipeline => {
    const all: Command[] = []
    let current: Operand[] = []
    const finish = (): void => {
      const [first, ...rest] = current
      if (first === undefined) throw pieces.failure('missing value for command', action.offset)
      all.push([first, ...rest])
      current = []
    }
    for (let token = tokens[index++]; token !== undefined; token = tokens[index++]) {
      const at = pieces.position(token.offset)
      const text = token.text
      if (text === '|') finish()
      else if (text === '(') {
        const pipeline = commands(true)
        current.push({ kind: 'group', pipeline, at, text: '(...)' })
      } else if (text === ')' && closing) {
        finish()
        return all
      } else current.push(operandOf(pieces, token, at))
    }
    if (closing) throw pieces.failure('unclosed left paren', action.offset)
    finish()
    return all
  }
  return commands(false)
}

function operandOf(pieces: Pieces, token: { text: string; offset: number }, at: Position): Operand {
  const text = token.text
  if (text === '.') return { kind: 'field', names: [], at, text }
  if (/^\.[A-Za-z_]/.test(text)) return { kind: 'field', names: text.slice(1).split('.'), at, text }
  if (text.startsWith('"')) return { kind: 'literal', value: unquoted(text), at, text }
  if (text.startsWith('`')) return { kind: 'literal', value: text.slice(1, -1), at, text }
  if (/^[+-]?\d/.test(text)) return { kind: 'literal', value: Number(text), at, text }
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', at, text }
  if (/^[A-Za-z_]/.test(text)) {
    if (!functionNames.has(text)) throw pieces.failure(`function "${text}" not defined`, token.offset)
    return { kind: 'call', name: text, at, text }
  }
  throw pieces.failure(`unexpected "${text}" in command`, token.offset)
}

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character)
