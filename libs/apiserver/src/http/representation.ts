/** Objects, lists and events in the shape and format that a client asked for. Text of stored objects is re-used, never made twice. */
import type { Buffer } from 'node:buffer'
import type { KubeObject } from '@knative-ts/api'
import type { Status } from '@knative-ts/kube'
import type { Page } from '../requests/list.ts'
import type { Call, Shown, World } from '../requests/call.ts'
import { apiVersionText, convertAll, isKeptAsServed, shown } from '../requests/versions.ts'
import type { WatchType } from '../requests/watch.ts'
import type { StoredObject } from '../store/object-store.ts'
import { encodeProtobuf, encodeProtobufList, encodeWatchEvent } from '../protobuf/encode.ts'
import { badRequest, plainNotAcceptable } from './errors.ts'
import { scaleTable, tableOf, type IncludeObject, type Table } from '../table/table.ts'
import type { Representation } from './negotiation.ts'
import { writeYaml } from './write-yaml.ts'

/** Metadata alone, as garbage collectors and metadata informers want it. */
const partialOf = (object: KubeObject, version: string) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata
})

/** Which object a table row carries. Throws 400 for another word. */
function includeObjectOf(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject') ?? ''
  if (text === '' || text === 'Metadata') return 'Metadata'
  if (text === 'Object' || text === 'None') return text
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`
  )
}

/** One object. A Status is shown as it is, whatever was asked. */
export function objectBody(
  world: World,
  call: Call,
  answer: Shown,
  representation: Representation,
  query: URLSearchParams
): string | Buffer {
  const { shape, version, format } = representation
  // Stored text goes out as it is: looking at `object` would parse it, and keep what was parsed.
  if (shape === 'object' && format === 'json' && answer.json !== undefined) return answer.json
  const { object } = answer
  const isScale = call.subresource === 'scale' && object.kind === 'Scale'
  if (shape === 'object' || (object.kind !== call.type.kind && !isScale)) return bodyOf(object, answer.json, representation)
  if (shape === 'PartialObjectMetadata') return bodyOf(partialOf(object, version), undefined, representation)
  if (shape === 'PartialObjectMetadataList') throw otherShape(call, shape, 'not a list', call.type.kind)
  const table = tableOf(isScale ? scaleTable : call.type, [object], includeObjectOf(query), version, world.clock())
  return bodyOf(withVersion(table, object.metadata.resourceVersion), undefined, representation)
}

/** 406 of metadata of a list where there is one object, or the other way; `kind` by the name of Kubernetes' internal Go type. */
function otherShape({ type }: Call, shape: string, what: string, kind: string) {
  const own = type.group === '' || type.group === 'events.k8s.io' ? 'core' : type.group.split('.', 1)[0]
  const goType = type.custom === undefined ? `${own}.${kind}` : `unstructured.Unstructured${kind.endsWith('List') ? 'List' : ''}`
  return plainNotAcceptable(`you requested ${shape}, but the requested object is ${what} (*${goType})`)
}

const withVersion = (table: Table, resourceVersion: string | undefined): Table => ({
  ...table,
  metadata: resourceVersion === undefined ? {} : { resourceVersion }
})

function bodyOf(object: object, json: string | undefined, { format }: Pick<Representation, 'format'>): string | Buffer {
  if (format === 'yaml') return writeYaml(object)
  if (format === 'protobuf') return encodeProtobuf(object as KubeObject & { apiVersion: string; kind: string })
  return json ?? JSON.stringify(object)
}

/** A page of a list. */
export function listBody(world: World, call: Call, page: Page, representation: Representation, query: URLSearchParams): string | Buffer {
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
    return bodyOf({ ...table, metadata }, undefined, representation)
  }
  if (shape === 'PartialObjectMetadata') throw otherShape(call, shape, 'a list', call.type.listKind)
  if (shape === 'PartialObjectMetadataList') {
    // Go's empty list of these is none at all.
    const items = page.items.length === 0 ? null : page.items.map((stored) => partialOf(stored.object, version))
    return bodyOf({ kind: shape, apiVersion: `meta.k8s.io/${version}`, metadata, items }, undefined, representation)
  }
  if (format === 'protobuf') {
    const { kind, listKind } = call.type
    return encodeProtobufList({ ...head, kind, listKind }, page.items.length, (index) => passing(call, page.items[index] as StoredObject))
  }
  const text = `${JSON.stringify(head).slice(0, -1)},"items":[${page.items.map((stored) => itemText(call, stored)).join(',')}]}`
  return format === 'yaml' ? writeYaml(JSON.parse(text)) : text
}

/** A stored object to look at once: one that was not looked at before does not stay parsed. */
const passing = (call: Call, stored: StoredObject) =>
  isKeptAsServed(call.type) ? (JSON.parse(stored.json) as KubeObject) : shown(call.type, stored).object

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
export class EventBody {
  readonly #world: World
  readonly #call: Call
  readonly #representation: Representation
  readonly #include: IncludeObject
  /** Names what {@link of} depends on; undefined when it differs from one watcher to the next. */
  readonly sharedAs: string | undefined
  #headed = false

  constructor(world: World, call: Call, representation: Representation, query: URLSearchParams) {
    this.#world = world
    this.#call = call
    this.#representation = representation
    this.#include = representation.shape === 'Table' ? includeObjectOf(query) : 'Metadata'
    const { group, version, custom } = call.type
    const { shape, format } = representation
    this.sharedAs =
      // What was written before a definition's last change looks different after it.
      shape === 'Table' ? undefined : [group, version, shape, representation.version, format, custom?.definedAt].join('/')
  }

  /** One event, framed as a watch of this format is. */
  of(type: WatchType, stored: StoredObject): string | Buffer {
    const { shape, format } = this.#representation
    if (format === 'protobuf') {
      const object = shape === 'object' ? passing(this.#call, stored) : this.#shown(stored)
      return encodeWatchEvent(type, encodeProtobuf(object as KubeObject & { apiVersion: string; kind: string }))
    }
    const answer = shape === 'object' ? shown(this.#call.type, stored) : undefined
    return `{"type":"${type}","object":${answer?.json ?? JSON.stringify(answer?.object ?? this.#shown(stored))}}\n`
  }

  /** The last event of a watch that failed. */
  failed(status: Status): string | Buffer {
    return this.#event('ERROR', status)
  }

  #event(type: string, object: object): string | Buffer {
    return this.#representation.format === 'protobuf'
      ? encodeWatchEvent(type, encodeProtobuf(object as KubeObject & { apiVersion: string; kind: string }))
      : `${JSON.stringify({ type, object })}\n`
  }

  #shown(stored: StoredObject): object {
    const { shape, version } = this.#representation
    const { object } = shown(this.#call.type, stored)
    if (shape !== 'Table') return partialOf(object, version)
    const table = tableOf(this.#call.type, [object], this.#include, version, this.#world.clock())
    const headed = this.#headed
    this.#headed = true
    const whole = withVersion(table, object.metadata.resourceVersion)
    // Clients take the header of the first event for all that follow.
    return headed ? { ...whole, columnDefinitions: null } : whole
  }

  bookmark(revision: number, initialEventsEnd: boolean): string | Buffer {
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
        : shape === 'object'
          ? { kind: type.kind, apiVersion: apiVersionText(type), metadata }
          : { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
    return this.#event('BOOKMARK', object)
  }
}
