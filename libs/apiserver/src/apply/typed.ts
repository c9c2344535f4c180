/** Whether an intent fits its schema, in the words of structured-merge-diff: what server-side apply answers for wrong types and unknown fields. */
import { goSyntax, goText, goTypeOf } from '../schema/go-text.ts'
import { isOpen, memberSchema } from '../schema/children.ts'
import { isObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { elementOf, fieldSchema, itemSchema, keysOf, pathText, topologyOf } from './topology.ts'

/** The problems of an intent, as one text; undefined when there are none. */
export function typeProblems(schema: Schema, intent: unknown): string | undefined {
  const problems: string[] = []
  check(schema, intent, [], problems)
  if (problems.length === 0) return undefined
  return problems.length === 1 ? problems[0] : `errors:\n${problems.map((one) => `  ${one}`).join('\n')}`
}

/** Go's `%#v` of a JSON value inside of the library's wrapper. */
const wrapped = (value: unknown) => `&value.valueUnstructured{Value:${goSyntax(value)}}`

const plain = (value: unknown) => `&{${goText(value)}}`

function check(schema: Schema, value: unknown, path: readonly string[], problems: string[]): void {
  if (value === null || value === undefined) return
  const say = (text: string) => problems.push(`${pathText(path)}: ${text}`)
  if (schema['x-kubernetes-int-or-string'] === true || schema.type === undefined) {
    if (isObject(value) && schema.properties !== undefined) checkMembers(schema, value, path, problems)
    return
  }
  switch (schema.type) {
    case 'object':
      if (isObject(value)) checkMembers(schema, value, path, problems)
      else say(`expected map, got ${plain(value)}`)
      return
    case 'array':
      if (Array.isArray(value)) checkItems(schema, value, path, problems)
      else say(`expected list, got ${plain(value)}`)
      return
    case 'string':
      if (typeof value !== 'string') say(`expected string, got ${wrapped(value)}`)
      return
    case 'boolean':
      if (typeof value !== 'boolean') say(`expected boolean, got ${plain(value)}`)
      return
    default:
      if (typeof value !== 'number') say(`expected numeric (int or float), got ${goTypeOf(value)}`)
  }
}

function checkMembers(schema: Schema, value: Record<string, unknown>, path: readonly string[], problems: string[]): void {
  const isClosed = schema.properties !== undefined && !isOpen(schema) && schema['x-kubernetes-embedded-resource'] !== true
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, `f:${key}`]
    if (memberSchema(schema, key) === undefined && isClosed) problems.push(`${pathText(here)}: field not declared in schema`)
    else check(fieldSchema(schema, key), inner, here, problems)
  }
}

function checkItems(schema: Schema, value: readonly unknown[], path: readonly string[], problems: string[]): void {
  const topology = topologyOf(schema, value)
  const seen = new Set<string>()
  value.forEach((item, index) => {
    if (topology === 'listMap' && keysOf(schema, item) === undefined) {
      const keys = (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => JSON.stringify(key)).join(' ')
      problems.push(
        `${pathText(path)}: element ${index}: associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`
      )
      return
    }
    const element = topology === 'leaf' ? `i:${index}` : elementOf(schema, item)
    if (topology !== 'leaf' && seen.has(element)) problems.push(`${pathText(path)}: duplicate entries for key ${pathText([element])}`)
    seen.add(element)
    check(itemSchema(schema), item, topology === 'leaf' ? path : [...path, element], problems)
  })
}
