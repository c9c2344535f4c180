/** Recorded admission cases: their form, and what their steps do to an object. */
import { parse as parseYamlText } from 'yaml'
import type { KubeObject } from '../object.ts'

/** One request of a case. */
export interface RecordedStep {
  readonly verb: string
  readonly object?: KubeObject
  readonly of?: string
  readonly change?: unknown
  readonly patch?: unknown
  readonly type?: string
  readonly sub?: string
  readonly as?: string
  readonly text?: string
  readonly silent?: boolean
  readonly show?: string
  readonly method?: string
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
}
/** What the server answered. */
export interface RecordedAnswer {
  readonly status: number
  readonly message?: string
  readonly warnings?: readonly string[]
  readonly object?: unknown
}
/** One case of admission.recorded.json. */
export interface RecordedCase {
  readonly name: string
  readonly area: string
  readonly config?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly steps: readonly RecordedStep[]
  readonly answers: readonly (RecordedAnswer | null)[]
}

export const parseYaml = (text: string): unknown => parseYamlText(text, { version: '1.1', logLevel: 'silent' })

/** `{"$many": [n, template]}` and `{"$repeat": [text, n]}` keep the recording small. */
export function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded)
  if (!isMap(value)) return value
  const { $many: many, $repeat: repeat } = value
  if (Array.isArray(repeat)) return String(repeat[0]).repeat(Number(repeat[1]))
  if (!Array.isArray(many)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expanded(inner)]))
  const template = JSON.stringify(many[1])
  return Array.from({ length: Number(many[0]) }, (_, index) => expanded(JSON.parse(template.replaceAll('$i', String(index)))))
}

/** A JSON patch of adds and replacements; anything else is the API server's to answer. */
export function jsonPatched(live: KubeObject, patch: unknown): KubeObject | undefined {
  const result = structuredClone(live) as unknown as Record<string, unknown>
  for (const { op, path, value } of patch as { op: string; path: string; value: unknown }[]) {
    const names = path.slice(1).split('/')
    const last = names.pop() ?? ''
    const parent = names.reduce<Record<string, unknown> | undefined>(
      (inner, name) => inner?.[name] as Record<string, unknown> | undefined,
      result
    )
    if (parent === undefined || !['add', 'replace'].includes(op)) return undefined
    parent[last] = value
  }
  return result as unknown as KubeObject
}

/** A JSON merge patch. */
export function merged(target: unknown, change: unknown): unknown {
  if (!isMap(change)) return change
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export function canonical(value: unknown): string {
  const sort = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(sort)
    if (!isMap(inner)) return inner
    const entries = Object.entries(inner).filter(([, item]) => item !== undefined)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sort(item)]))
  }
  return JSON.stringify(sort(value)).replace(/"uid":"[0-9a-f-]{36}"/g, '"uid":"<uid 1>"')
}
