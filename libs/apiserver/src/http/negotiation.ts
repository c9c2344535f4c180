/** Content negotiation: which shape and which bytes a client wants. */
import { notAcceptable } from './errors.ts'

/** How objects are shown: as they are, as table rows, or their metadata alone. */
export type Shape = 'object' | 'Table' | 'PartialObjectMetadata'

export interface Representation {
  readonly shape: Shape
  readonly format: 'json' | 'yaml'
  /** Version of meta.k8s.io for the two special shapes. */
  readonly version: string
}

const AVAILABLE = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const PLAIN: Representation = { shape: 'object', format: 'json', version: 'v1' }

/** Picks the first acceptable clause. Protobuf is never sent: a client that takes nothing else gets JSON, which clients of ours read. */
export function negotiate(accept: string | undefined): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN
  for (const clause of accept.split(',')) {
    const found = representationOf(clause)
    if (found !== undefined) return found
  }
  throw notAcceptable(AVAILABLE)
}

function representationOf(clause: string): Representation | undefined {
  const [media = '', ...parameters] = clause.split(';').map((part) => part.trim())
  if (media === '*/*' || media === '') return PLAIN
  const format = media === 'application/json' ? 'json' : media === 'application/yaml' ? 'yaml' : undefined
  if (format === undefined) return media === 'application/vnd.kubernetes.protobuf' && parameters.length === 0 ? PLAIN : undefined
  const options = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]))
  const as = options.get('as')
  if (as === undefined) return { ...PLAIN, format }
  if (options.get('g') !== 'meta.k8s.io') return undefined
  const version = options.get('v') ?? 'v1'
  if (as === 'Table') return { shape: 'Table', format, version }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { shape: 'PartialObjectMetadata', format, version }
  return undefined
}
