/** Field selectors: `metadata.name=x,status.phase!=Running`. Which fields a kind knows is in its rules. */
import type { KubeObject } from '@knative-ts/api'
import { rulesFor } from '../builtin/rules.ts'
import { badRequest } from '../http/errors.ts'
import type { ResourceType } from '../registry/resource-type.ts'

/** Compiled; `name` is set when the selector asks for exactly one name. */
export interface FieldMatch {
  readonly matches: (object: KubeObject) => boolean
  readonly name: string | undefined
}

type Read = (object: KubeObject) => string

/** Parses; undefined when it selects everything. `selectable` are a custom resource's own fields (`.spec.colour`). Throws 400. */
export function parseFieldSelector(
  text: string | null | undefined,
  type: ResourceType,
  selectable: readonly string[]
): FieldMatch | undefined {
  if (text === null || text === undefined || text === '') return undefined
  const terms = splitTerms(text)
    .filter((term) => term !== '')
    .sort()
    .map((term) => {
      const [, field = '', operator = '', value = ''] = /^(.*?)(==|!=|=)(.*)$/s.exec(term) ?? fail(text, term)
      return { field, operator, value: unescape(value) }
    })
  const checks: { read: Read; value: string; equal: boolean }[] = []
  let name: string | undefined
  for (const { field, operator, value } of terms) {
    if (field === '' && value === '') continue
    const read = readerOf(type, field, selectable)
    checks.push({ read, value, equal: operator !== '!=' })
    if (field === 'metadata.name' && operator !== '!=') name = value
  }
  if (checks.length === 0) return undefined
  return { matches: (object) => checks.every(({ read, value, equal }) => (read(object) === value) === equal), name }
}

function fail(text: string, term: string): never {
  throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
}

function readerOf(type: ResourceType, field: string, selectable: readonly string[]): Read {
  if (field === 'metadata.name') return (object) => object.metadata.name ?? ''
  const fields = fieldsOf(type)
  if (field === 'metadata.namespace' && (type.namespaced || fields === undefined)) return (object) => object.metadata.namespace ?? ''
  const own = fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined
  if (own !== undefined) return own
  if (selectable.includes(`.${field}`)) {
    const path = field.split('.')
    return (object) => {
      const value = path.reduce<unknown>((part, key) => (part as Readonly<Record<string, unknown>> | undefined)?.[key], object)
      return value === undefined || value === null ? '' : String(value)
    }
  }
  throw badRequest(unknownField(type, field))
}

const fieldsOf = (type: ResourceType) => rulesFor(type).fields

// Kinds with fields of their own answer in one text, the others in another.
function unknownField(type: ResourceType, field: string): string {
  if (type.custom !== undefined || fieldsOf(type) !== undefined) return `field label not supported: ${field}`
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let term = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') {
      term += character + text.charAt(++at)
    } else if (character === ',') {
      terms.push(term)
      term = ''
    } else term += character
  }
  return [...terms, term]
}

function unescape(value: string): string {
  return value.replace(/\\(.?)|[,=]/gsu, (all, character: string | undefined) => {
    if (character === undefined) throw badRequest(`invalid field selector: unescaped character in value: ${all.codePointAt(0)}`)
    if (character === '\\' || character === ',' || character === '=') return character
    throw badRequest(`invalid field selector: invalid escape sequence: \\${character}`)
  })
}
