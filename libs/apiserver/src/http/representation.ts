/** Objects, lists and events as text in the shape that a client asked for. Text of stored objects is re-used, never made twice. */
import type { KubeObject } from '@knative-ts/api'
import { stringify } from 'yaml'
import type { Page } from '../requests/list.ts'
import type { Call, Shown, World } from '../requests/call.ts'
import { apiVersionText, convertAll, isKeptAsServed, shown } from '../requests/versions.ts'
import type { WatchType } from '../requests/watch.ts'
import type { StoredObject } from '../store/object-store.ts'
import { badRequest } from './errors.ts'
import { tableOf, type IncludeObject, type Table } from '../table/table.ts'
import type { Representation } from './negotiation.ts'

/** Metadata alone, as garbage collectors and metadata informers want it. */
export const partialOf = (object: KubeObject, version: string) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata
})

/** Which object a table row carries. Throws 400 for another word. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject') ?? ''
  if (text === '' || text === 'Metadata') return 'Metadata'
  if (text === 'Object' || text === 'None') return text
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`
  )
}

/** One object. A Status or a Scale is shown as it is, whatever was asked. */
export function objectText(world: World, call: Call, answer: Shown, representation: Representation, query: URLSearchParams): string {
  const { shape, version, format } = representation
  // Stored text goes out as it is: looking at `object` would parse it, and keep what was parsed.
  if (shape === 'object' && format !== 'yaml' && answer.json !== undefined) return answer.json
  const { object } = answer
  if (shape === 'object' || object.kind !== call.type.kind) return textOf(object, answer.json, representation)
  if (shape === 'PartialObjectMetadata') return textOf(partialOf(object, version), undefined, representation)
  const table = tableOf(call.type, [object], includeObjectOf(query), version, world.clock())
  return textOf(withVersion(table, object.metadata.resourceVersion), undefined, representation)
}

const withVersion = (table: Table, resourceVersion: string | undefined): Table => ({
  ...table,
  metadata: resourceVersion === undefined ? {} : { resourceVersion }
})

function textOf(object: unknown, json: string | undefined, { format }: Representation): string {
  if (format === 'yaml') return stringify(object)
  return json ?? JSON.stringify(object)
}

/** A page of a list. */
export function listText(world: World, call: Call, page: Page, representation: Representation, query: URLSearchParams): string {
  const { shape, version, format } = representation
  convertAll(call.type, page.items)
  const metadata = {
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
    ...(page.resourceVersion === '' ? {} : { resourceVersion: page.resourceVersion })
  }
  const head = { kind: call.type.listKind, apiVersion: apiVersionText(call.type), metadata }
  if (shape === 'Table') {
    const objects = page.items.map((stored) => shown(call.type, stored).object)
    const table = tableOf(call.type, objects, includeObjectOf(query), version, world.clock())
    return textOf({ ...table, metadata }, undefined, representation)
  }
  if (shape === 'PartialObjectMetadata') {
    const items = page.items.map((stored) => partialOf(stored.object, version))
    return textOf({ kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata, items }, undefined, representation)
  }
  const text = `${JSON.stringify(head).slice(0, -1)},"items":[${page.items.map((stored) => itemText(call, stored)).join(',')}]}`
  return format === 'yaml' ? stringify(JSON.parse(text)) : text
}

// Items of built-in lists say neither kind nor apiVersion: the list does.
function itemText(call: Call, stored: StoredObject): string {
  const served = isKeptAsServed(call.type) ? stored : shown(call.type, stored)
  const json = served.json ?? JSON.stringify(served.object)
  if (call.type.custom !== undefined) return json
  const opening = `{"kind":${JSON.stringify(call.type.kind)},"apiVersion":${JSON.stringify(apiVersionText(call.type))},`
  if (json.startsWith(opening)) return `{${json.slice(opening.length)}`
  const { kind: _kind, apiVersion: _version, ...rest } = served.object
  return JSON.stringify(rest)
}

/** How one watcher sees events: its representation, and whether the table header was sent. */
export class EventText {
  readonly #world: World
  readonly #call: Call
  readonly #representation: Representation
  readonly #include: IncludeObject
  #headed = false

  constructor(world: World, call: Call, representation: Representation, query: URLSearchParams) {
    this.#world = world
    this.#call = call
    this.#representation = representation
    this.#include = representation.shape === 'Table' ? includeObjectOf(query) : 'Metadata'
  }

  /** Names what {@link of} depends on; undefined when it differs from one watcher to the next. */
  get sharedAs(): string | undefined {
    const { type } = this.#call
    const { shape, version } = this.#representation
    // What was written before a definition's last change looks different after it.
    return shape === 'Table' ? undefined : `${type.group}/${type.version}/${shape}/${version}/${type.custom?.definedAt ?? ''}`
  }

  of(type: WatchType, stored: StoredObject): string {
    return `{"type":"${type}","object":${this.#object(stored)}}\n`
  }

  #object(stored: StoredObject): string {
    const { shape, version } = this.#representation
    const answer = shown(this.#call.type, stored)
    if (shape === 'object') return answer.json ?? JSON.stringify(answer.object)
    if (shape === 'PartialObjectMetadata') return JSON.stringify(partialOf(answer.object, version))
    const table = tableOf(this.#call.type, [answer.object], this.#include, version, this.#world.clock())
    const headed = this.#headed
    this.#headed = true
    const whole = withVersion(table, answer.object.metadata.resourceVersion)
    // Clients take the header of the first event for all that follow.
    return JSON.stringify(headed ? { ...whole, columnDefinitions: null } : whole)
  }

  bookmark(revision: number, initialEventsEnd: boolean): string {
    const { type } = this.#call
    const { shape, version } = this.#representation
    const annotations = initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
    const metadata = { resourceVersion: String(revision), creationTimestamp: null, ...annotations }
    const object =
      shape === 'Table'
        ? {
            kind: 'Table',
            apiVersion: `meta.k8s.io/${version}`,
            metadata: { resourceVersion: String(revision) },
            columnDefinitions: null,
            rows: [{ cells: [], object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata } }]
          }
        : shape === 'PartialObjectMetadata'
          ? { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
          : { kind: type.kind, apiVersion: apiVersionText(type), metadata }
    return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`
  }
}
