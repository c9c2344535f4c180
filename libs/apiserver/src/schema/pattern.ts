/** Patterns of schemas are Go's RE2; JavaScript reads nearly all of them alike. */

const compiled = new Map<string, RegExp | undefined>()

/** RE2's inline flags and possessive POSIX classes that JavaScript lacks. */
const POSIX: Readonly<Record<string, string>> = {
  '[:alnum:]': 'a-zA-Z0-9',
  '[:alpha:]': 'a-zA-Z',
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:upper:]': 'A-Z',
  '[:space:]': '\\s',
  '[:xdigit:]': '0-9a-fA-F',
  '[:word:]': '\\w'
}

/** Compiles a Go pattern; undefined when it is not one. */
export function compile(pattern: string): RegExp | undefined {
  const known = compiled.get(pattern)
  if (known !== undefined || compiled.has(pattern)) return known
  const regexp = translate(pattern)
  compiled.set(pattern, regexp)
  return regexp
}

function translate(pattern: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(pattern)
  const body = (flags === null ? pattern : pattern.slice(flags[0].length))
    .replaceAll(/\[:\w+:\]/g, (name) => POSIX[name] ?? name)
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$')
    .replaceAll('(?P<', '(?<')
  for (const mode of ['u', '']) {
    try {
      return new RegExp(body, mode + (flags?.[1] ?? ''))
    } catch {
      // The unicode mode refuses needless escapes (`\-`) that RE2 accepts; the second attempt is without it.
    }
  }
  return undefined
}

/** Whether the text matches; a pattern that cannot be compiled matches nothing (structural checks refuse it before it is stored). */
export function matches(pattern: string, text: string): boolean {
  return compile(pattern)?.test(text) ?? false
}

/** Why Go does not take a pattern, in its words; undefined when it does. */
export function patternProblem(pattern: string): string | undefined {
  const [perl] = /\(\?(?:[=!]|<[=!])/.exec(pattern) ?? []
  if (perl !== undefined) return `error parsing regexp: invalid or unsupported Perl syntax: \`${perl}\``
  const [, back] = /(?<!\\)(?:\\\\)*(\\[1-9])/.exec(pattern) ?? []
  if (back !== undefined) return `error parsing regexp: invalid escape sequence: \`${back}\``
  if (compile(pattern) !== undefined) return undefined
  const plain = pattern.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '')
  const depth = [...plain].reduce((open, character) => open + (character === '(' ? 1 : character === ')' ? -1 : 0), 0)
  if (depth > 0) return `error parsing regexp: missing closing ): \`${pattern}\``
  if (depth < 0) return `error parsing regexp: unexpected ): \`${pattern}\``
  const [, repeat] = /^([*+?])/.exec(plain) ?? []
  if (repeat !== undefined) return `error parsing regexp: missing argument to repetition operator: \`${repeat}\``
  const opening = pattern.replaceAll(/\\./g, '  ').lastIndexOf('[')
  return `error parsing regexp: missing closing ]: \`${pattern.slice(Math.max(opening, 0))}\``
}
