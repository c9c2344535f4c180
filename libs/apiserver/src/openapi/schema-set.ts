/** Built-in schemas by definition name, linked on first use: a node never holds a `$ref`, so the graph has cycles where kinds do. */
import type { Schema } from '../schema/schema.ts'
import { readData } from './data-directory.ts'

type Node = Schema & { readonly $ref?: string }

const names = new WeakMap<Schema, string>()

/** The definition (`io.k8s.api.core.v1.PodSpec`) that a node was linked from; undefined for anonymous nodes. */
export function definitionName(schema: Schema): string | undefined {
  return names.get(schema)
}

/** The reduced definitions of the served built-in kinds. */
export class SchemaSet {
  readonly #raw: Readonly<Record<string, Node>>
  readonly #linked = new Map<string, Schema>()
  readonly #unfinished = new Set<string>()

  constructor(raw: Readonly<Record<string, Node>>) {
    this.#raw = raw
  }

  /** The set that ships with the library, read once a process. */
  static readonly builtin: () => SchemaSet = (() => {
    let set: SchemaSet | undefined
    return () => (set ??= new SchemaSet(readData('schemas.json.br')))
  })()

  /** The linked schema of a definition. Throws when there is none of that name. */
  get(definition: string): Schema {
    const known = this.#linked.get(definition)
    if (known !== undefined) return known
    const raw = this.#raw[definition]
    if (raw === undefined) throw new Error(`No schema is named ${definition}`)
    const schema: Schema = {}
    this.#linked.set(definition, schema)
    names.set(schema, definition)
    this.#unfinished.add(definition)
    Object.assign(schema, this.#link(raw))
    this.#unfinished.delete(definition)
    return schema
  }

  #link(node: Node): Schema {
    const { $ref, ...own } = node
    if (typeof $ref === 'string') {
      const target = this.get($ref)
      if (Object.keys(own).length === 0) return target
      if (this.#unfinished.has($ref)) throw new Error(`${$ref} refers to itself with extras: the data cannot be linked`)
      const merged = { ...target, ...own }
      names.set(merged, $ref)
      return merged
    }
    const { properties, items, additionalProperties } = own
    return {
      ...own,
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, this.#link(value)])) }),
      ...(items && { items: this.#link(items) }),
      ...(typeof additionalProperties === 'object' && { additionalProperties: this.#link(additionalProperties) })
    }
  }
}
