/** Label selectors in text form (`app=x,tier in (a,b),!old`) and in object form (`matchLabels`, `matchExpressions`). */
import { badRequest } from '../http/errors.ts'
import { labelKeyProblems, labelValueProblems } from '../builtin/names.ts'

export type Labels = Readonly<Record<string, string>> | undefined
/** Whether labels satisfy a selector. */
export type LabelMatch = (labels: Labels) => boolean

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

const matchesAll: LabelMatch = () => true

/** Parses the text form; undefined when it selects everything. Throws 400 with the reference's words. */
export function parseLabelSelector(text: string | null | undefined): LabelMatch | undefined {
  if (text === null || text === undefined || text.trim() === '') return undefined
  const requirements = new SelectorText(text).requirements()
  const checks = requirements.map(checkOf)
  return (labels) => checks.every((holds) => holds(labels))
}

/** Compiles the object form; an absent selector selects everything, as webhooks want it. */
export function compileLabelSelector(
  selector:
    | { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly Partial<Requirement>[] }
    | undefined
): LabelMatch {
  if (selector === undefined) return matchesAll
  const checks = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => checkOf({ key, operator: 'in', values: [value] })),
    ...(selector.matchExpressions ?? []).map((one) =>
      checkOf({ key: one.key ?? '', operator: WORDS.get(one.operator ?? '') ?? '', values: one.values ?? [] })
    )
  ]
  return (labels) => checks.every((holds) => holds(labels))
}

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries({ In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }))

function checkOf({ key, operator, values }: Requirement): LabelMatch {
  const own = (labels: Labels) => (labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined)
  if (operator === 'exists') return (labels) => own(labels) !== undefined
  if (operator === '!') return (labels) => own(labels) === undefined
  if (operator === 'in') return (labels) => values.includes(own(labels) ?? NONE)
  if (operator === 'notin') return (labels) => !values.includes(own(labels) ?? NONE)
  const bound = Number(values[0])
  const compare = (labels: Labels, holds: (value: number) => boolean) => {
    const value = own(labels)
    return value !== undefined && /^[+-]?\d+$/.test(value) && holds(Number(value))
  }
  if (operator === '>') return (labels) => compare(labels, (value) => value > bound)
  if (operator === '<') return (labels) => compare(labels, (value) => value < bound)
  return () => false
}
// No label can hold it: labels have no control characters.
const NONE = '\u0000'

/** A one-pass reader of the text form: the grammar of `k8s.io/apimachinery/pkg/labels`. */
class SelectorText {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  requirements(): Requirement[] {
    const found: Requirement[] = []
    for (;;) {
      const first = this.#peek()
      if (SYMBOL.test(first) && first !== '!') throw badRequest(`found '${first}', expected: !, identifier, or 'end of string'`)
      found.push(this.#requirement())
      const next = this.#token()
      if (next === '') return found
      if (next !== ',') throw badRequest(`found '${next}', expected: ',' or 'end of string'`)
      const ahead = this.#peek()
      if (ahead === '' || (SYMBOL.test(ahead) && ahead !== '!')) throw badRequest(`found '${ahead}', expected: identifier after ','`)
    }
  }

  #requirement(): Requirement {
    let key = this.#token()
    const absent = key === '!'
    if (absent) key = this.#token()
    if (key === '' || SYMBOL.test(key)) throw unparsable(`found '${key}', expected: identifier`)
    check('<nil>', labelKeyProblems(key), key)
    if (absent) return { key, operator: '!', values: [] }
    const ahead = this.#peek()
    if (ahead === '' || ahead === ',') return { key, operator: 'exists', values: [] }
    const operator = this.#token()
    if (operator === '=' || operator === '==' || operator === '!=') {
      return requirement(key, operator === '!=' ? 'notin' : 'in', [this.#exactValue()])
    }
    if (operator === '>' || operator === '<') return requirement(key, operator, [this.#exactValue()])
    if (operator === 'in' || operator === 'notin') return requirement(key, operator, this.#values())
    throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`)
  }

  #exactValue(): string {
    const ahead = this.#peek()
    if (ahead === '' || ahead === ',') return ''
    const value = this.#token()
    if (SYMBOL.test(value)) throw unparsable(`found '${value}', expected: identifier`)
    return value
  }

  #values(): string[] {
    const open = this.#token()
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`)
    const values = new Set<string>()
    let expectsValue = true
    for (;;) {
      const token = this.#token()
      if (token === ')') {
        if (expectsValue) values.add('')
        return [...values].sort()
      }
      if (token === ',') {
        if (expectsValue) values.add('')
        expectsValue = true
      } else if (token === '' || SYMBOL.test(token)) {
        throw unparsable(`found '${token}', expected: ','${expectsValue ? ", ')' or identifier" : " or ')'"}`)
      } else if (!expectsValue) {
        throw unparsable(`found '${token}', expected: ',' or ')'`)
      } else {
        values.add(token)
        expectsValue = false
      }
    }
  }

  #peek(): string {
    const at = this.#at
    const token = this.#token()
    this.#at = at
    return token
  }

  #token(): string {
    TOKEN.lastIndex = this.#at
    const found = TOKEN.exec(this.#text)
    if (found === null) return ''
    this.#at = TOKEN.lastIndex
    return found[1] ?? ''
  }
}

const TOKEN = /\s*(==|=|!=|[=!<>(),]|[^\s=!<>(),]+|$)/y
const SYMBOL = /^[=!<>(),]/
const unparsable = (why: string) => badRequest(`unable to parse requirement: ${why}`)

function requirement(key: string, operator: string, values: readonly string[]): Requirement {
  if (operator === '>' || operator === '<') {
    if (!/^[+-]?\d+$/.test(values[0] ?? '')) {
      throw unparsable(`values[0]: Invalid value: ${JSON.stringify(values[0])}: for 'Gt', 'Lt' operators, the value must be an integer`)
    }
  }
  values.forEach((value, index) => check(`values[${index}][${key}]`, labelValueProblems(value), value))
  return { key, operator, values }
}

function check(field: string, problems: readonly string[], value: string): void {
  if (problems.length > 0) throw unparsable(`${field}: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`)
}
