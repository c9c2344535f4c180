/** Content negotiation: which shape and which bytes a client wants. */
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

/** What is asked for: custom resources have no protobuf form of their own, collections can be watched. */
export interface Asked {
  readonly custom?: boolean
  readonly collection?: boolean
}

/** Picks the first acceptable clause; throws 406. */
export function negotiate(accept: string | undefined, { custom = false, collection = false }: Asked = {}): Representation {
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
export function negotiateWatch(accept: string | undefined, custom: boolean): Representation {
  const representation = negotiate(accept, { custom, collection: true })
  if (representation.format === 'yaml') throw onlyAcceptable(STREAMS)
  return representation
}

/** The format of an error: that of a clause without conditions, else JSON. */
export function formatOfError(accept: string | undefined): Format {
  if (accept === undefined || accept === '' || accept === MEDIA.json) return 'json'
  for (const clause of acceptClauses(accept)) {
    const format = FORMATS.find((one) => accepts(clause, one) && representationOf(clause, one, false)?.shape === 'object')
    if (format !== undefined) return format
  }
  return 'json'
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
