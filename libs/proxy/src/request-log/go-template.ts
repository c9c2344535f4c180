/**
 * The part of Go's text/template that request-log templates use (reference 5.6): text, `{{.A.B}}`, `{{js .A.B}}`, `{{.Request.Header.Get "Name"}}`,
 * `{{if .A}}…{{else}}…{{end}}`, comments, and trimming with `{{-` and `-}}`.
 */

/** Gives the value of a path such as `Request.Method`, with the argument of a call where there is one; undefined when there is no such path. */
export type Lookup<T> = (subject: T, path: string, argument: string | undefined) => string | number | undefined
export type Template<T> = (subject: T) => string

type Part<T> = (subject: T) => string

/** Compiles a template. Throws an Error that quotes the action it does not know. */
export function compileTemplate<T>(text: string, lookup: Lookup<T>): Template<T> {
  const tokens = tokenise(text)
  const { parts, next } = block(tokens, 0, lookup)
  if (next < tokens.length) throw new Error(`template: unexpected {{${tokens[next]?.action ?? ''}}}`)
  return (subject) => parts.map((part) => part(subject)).join('')
}

interface Token {
  readonly text?: string
  readonly action?: string
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let trimNext = false
  for (;;) {
    const open = text.indexOf('{{', at)
    const close = open < 0 ? -1 : text.indexOf('}}', open)
    if (open >= 0 && close < 0) throw new Error('template: unclosed action')
    let before = open < 0 ? text.slice(at) : text.slice(at, open)
    if (trimNext) before = before.trimStart()
    let action = text.slice(open + 2, close)
    if (open >= 0 && /^-\s/.test(action)) {
      before = before.trimEnd()
      action = action.slice(1)
    }
    if (before !== '') tokens.push({ text: before })
    if (open < 0) return tokens
    trimNext = /\s-$/.test(action)
    action = (trimNext ? action.slice(0, -1) : action).trim()
    if (!/^\/\*.*\*\/$/s.test(action)) tokens.push({ action })
    at = close + 2
  }
}

/** Reads parts up to `else`, `end`, or the end of the tokens. */
function block<T>(tokens: readonly Token[], from: number, lookup: Lookup<T>): { readonly parts: Part<T>[]; readonly next: number } {
  const parts: Part<T>[] = []
  let at = from
  for (; at < tokens.length; at++) {
    const { text, action } = tokens[at] as Token
    if (text !== undefined) parts.push(() => text)
    else if (action === 'else' || action === 'end') break
    else if (action?.startsWith('if ') === true) {
      const branch = conditional(tokens, at, action.slice(3).trim(), lookup)
      parts.push(branch.part)
      at = branch.next
    } else parts.push(pipelineOf(action ?? '', lookup))
  }
  return { parts, next: at }
}

function conditional<T>(
  tokens: readonly Token[],
  at: number,
  condition: string,
  lookup: Lookup<T>
): { readonly part: Part<T>; readonly next: number } {
  const value = valueOf(condition, lookup)
  const then = block(tokens, at + 1, lookup)
  const otherwise = tokens[then.next]?.action === 'else' ? block(tokens, then.next + 1, lookup) : { parts: [], next: then.next }
  if (tokens[otherwise.next]?.action !== 'end') throw new Error(`template: {{if ${condition}}} has no {{end}}`)
  const render = (parts: readonly Part<T>[], subject: T): string => parts.map((part) => part(subject)).join('')
  return {
    part: (subject) => {
      const seen = value(subject)
      return render(seen === '' || seen === 0 || seen === undefined ? otherwise.parts : then.parts, subject)
    },
    next: otherwise.next
  }
}

function pipelineOf<T>(action: string, lookup: Lookup<T>): Part<T> {
  const js = /^js\s+(.*)$/.exec(action) ?? /^(.*?)\s*\|\s*js$/.exec(action)
  const value = valueOf((js?.[1] ?? action).trim(), lookup)
  return (subject) => {
    const seen = value(subject)
    const text = seen === undefined ? '<no value>' : String(seen)
    return js === null ? text : escapeForJs(text)
  }
}

const operand = /^\.([A-Za-z][A-Za-z.]*)(?:\s+"([^"]*)")?$/

function valueOf<T>(text: string, lookup: Lookup<T>): (subject: T) => string | number | undefined {
  const match = operand.exec(text)
  if (match === null) throw new Error(`template: unsupported action {{${text}}}`)
  return (subject) => lookup(subject, match[1] as string, match[2])
}

const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": String.raw`\'`,
  '"': String.raw`\"`,
  '<': String.raw`\u003C`,
  '>': String.raw`\u003E`,
  '&': String.raw`\u0026`,
  '=': String.raw`\u003D`
}

/** Go's template.JSEscapeString. */
function escapeForJs(text: string): string {
  return text.replace(jsSpecial, (char) => jsEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
}

// oxlint-disable-next-line no-control-regex
const jsSpecial = /[\\'"<>&=\x00-\x1f]/g
