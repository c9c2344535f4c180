/** Content negotiation: which shape and which bytes a client wants. */
import { hasProtobuf } from '../protobuf/encode-plan.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { acceptClauses, type AcceptClause } from './accept.ts'
import { notAcceptable, onlyAcceptable } from './errors.ts'

/** How objects are shown: as they are, as table rows, or their metadata alone. */
export type Shape = 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
export type Format = 'json' | 'yaml' | 'protobuf'

export interface Representation {
  readonly shape: Shape
  readonly format: Format
  /** Version of meta.k8s.io for the special shapes. */
  readonly version: string
}

/** The media type of each format, best first where a client takes all. */
export const MEDIA: Readonly<Record<Format, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf'
}
const FORMATS = Object.keys(MEDIA) as readonly Format[]
const AVAILABLE = Object.values(MEDIA)
const STREAMS = [`${MEDIA.json};stream=watch`, `${MEDIA.protobuf};stream=watch`]
const PLAIN: Representation = { shape: 'object', format: 'json', version: 'v1' }
const SHAPES: readonly string[] = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] satisfies Shape[]

/** What is asked for: custom resources and those of other API servers have no protobuf form of their own, collections can be watched. */
export interface Asked {
  readonly custom?: boolean
  readonly collection?: boolean
}

/** What a client may ask of a type. */
export const askedOf = ({ group, version, kind, custom }: Pick<ResourceType, 'group' | 'version' | 'kind' | 'custom'>): Asked => ({
  custom: custom !== undefined || !hasProtobuf(group === '' ? version : `${group}/${version}`, kind)
})

/** Picks the first acceptable clause; throws 406. */
export function negotiate(accept: string | undefined, { custom = false, collection = false }: Asked): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === MEDIA.json) return PLAIN
  // The router of built-in kinds looks first, at whole media types alone.
  if (!custom && !isRouted(accept)) throw notAcceptable(collection ? [...AVAILABLE, ...STREAMS] : AVAILABLE)
  for (const clause of acceptClauses(accept)) {
    for (const format of FORMATS) {
      const found = accepts(clause, format) ? representationOf(clause, format, custom) : undefined
      if (found !== undefined) return found
    }
  }
  throw onlyAcceptable(AVAILABLE)
}

/** The same for a watch, of which there is no YAML. */
export function negotiateWatch(accept: string | undefined, asked: Asked): Representation {
  const representation = negotiate(accept, { ...asked, collection: true })
  if (representation.format === 'yaml') throw onlyAcceptable(STREAMS)
  return representation
}

/** The format of a document of discovery, which has no other shapes; throws 406. `routed`: the router looks first, as it does at built-in kinds. */
export function formatOf(accept: string | undefined, routed: boolean): Format {
  if (accept === undefined || accept === '' || accept === MEDIA.json) return 'json'
  if (routed && !isRouted(accept)) throw notAcceptable(AVAILABLE)
  const found = plainFormat(accept)
  if (found === undefined) throw onlyAcceptable(AVAILABLE)
  return found
}

/** The format of aggregated discovery; undefined for a client that does not know it. */
export function formatOfAggregated(accept: string | undefined): Format | undefined {
  if (accept?.includes('APIGroupDiscoveryList') !== true) return undefined
  for (const clause of acceptClauses(accept)) {
    const { parameters } = clause
    const isAsked = parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('v') === 'v2'
    const format = FORMATS.find((one) => accepts(clause, one))
    if (isAsked && parameters.get('as') === 'APIGroupDiscoveryList' && format !== undefined) return format
  }
  return undefined
}

/** The format of an error: that of a clause without conditions, else JSON. */
export function formatOfError(accept: string | undefined): Format {
  return accept === undefined || accept === '' || accept === MEDIA.json ? 'json' : (plainFormat(accept) ?? 'json')
}

/** The format of the first clause that asks for no other shape. */
function plainFormat(accept: string): Format | undefined {
  for (const clause of acceptClauses(accept)) {
    const format = FORMATS.find((one) => accepts(clause, one) && representationOf(clause, one, false)?.shape === 'object')
    if (format !== undefined) return format
  }
  return undefined
}

const isRouted = (accept: string) =>
  accept.split(',').some((clause) => {
    const media = clause.split(';', 1)[0]?.trim() ?? ''
    return media === '*/*' || AVAILABLE.includes(media)
  })

function accepts({ type, subType }: AcceptClause, format: Format): boolean {
  if (type === '*') return subType === '*'
  return type === 'application' && (subType === '*' || `application/${subType}` === MEDIA[format])
}

function representationOf({ parameters }: AcceptClause, format: Format, custom: boolean): Representation | undefined {
  const stream = parameters.get('stream')
  if (stream !== undefined && (stream !== 'watch' || format === 'yaml')) return undefined
  const [as, group, version] = ['as', 'g', 'v'].map((name) => parameters.get(name))
  if (as === undefined && group === undefined && version === undefined) {
    return custom && format === 'protobuf' ? undefined : { ...PLAIN, format }
  }
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined
  if (as === undefined || !SHAPES.includes(as) || (as === 'Table' && format === 'protobuf')) return undefined
  return { shape: as as Shape, format, version }
}
