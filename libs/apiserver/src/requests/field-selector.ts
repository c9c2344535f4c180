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
  const terms = splitTerms(text).filter((term) => term !== '')
  const checks: { read: Read; value: string; equal: boolean }[] = []
  let name: string | undefined
  for (const term of terms) {
    const [, field = '', operator = '', value = ''] = /^(.*?)(==|!=|=)(.*)$/s.exec(term) ?? fail(text, term)
    if (field === '') continue
    const read = readerOf(type, field, selectable)
    const plain = unescape(value, text)
    checks.push({ read, value: plain, equal: operator !== '!=' })
    if (field === 'metadata.name' && operator !== '!=') name = plain
  }
  if (checks.length === 0) return undefined
  return { matches: (object) => checks.every(({ read, value, equal }) => (read(object) === value) === equal), name }
}

function fail(text: string, term: string): never {
  throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
}

function readerOf(type: ResourceType, field: string, selectable: readonly string[]): Read {
  if (field === 'metadata.name') return (object) => object.metadata.name ?? ''
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? ''
  const own = rulesFor(type).fields?.[field]
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

// Kinds with fields of their own answer in one text, the others in another.
function unknownField(type: ResourceType, field: string): string {
  if (type.custom !== undefined || rulesFor(type).fields !== undefined) return `field label not supported: ${field}`
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

function unescape(value: string, text: string): string {
  return value.replace(/\\(.?)/gs, (_all, character: string) => {
    if (character === '\\' || character === ',' || character === '=') return character
    throw badRequest(`invalid selector: '${text}'; invalid escape sequence in value`)
  })
}
