/** Content negotiation: which shape and which bytes a client wants. */
import { failure, notAcceptable } from './errors.ts'

/** How objects are shown: as they are, as table rows, or their metadata alone. */
export type Shape = 'object' | 'Table' | 'PartialObjectMetadata'

export interface Representation {
  readonly shape: Shape
  readonly format: 'json' | 'yaml'
  /** Version of meta.k8s.io for the two special shapes. */
  readonly version: string
}

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const AVAILABLE = ['application/json', 'application/yaml', PROTOBUF]
const PLAIN: Representation = { shape: 'object', format: 'json', version: 'v1' }

/**
 * Picks the first acceptable clause; throws 406. Protobuf is never sent: a client that takes nothing else gets JSON, which clients of ours read.
 * `custom`: a custom resource, which has no protobuf form at all.
 */
export function negotiate(accept: string | undefined, custom = false): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN
  for (const clause of accept.split(',')) {
    const found = representationOf(clause, custom)
    if (found !== undefined) return found
  }
  if (!custom || !accept.includes(PROTOBUF)) throw notAcceptable(AVAILABLE)
  throw failure(406, 'NotAcceptable', `only the following media types are accepted: ${AVAILABLE.join(', ')}`)
}

/** Whether a client understands an error in protobuf alone. */
export const takesProtobufOnly = (accept: string | undefined) => accept?.trim() === PROTOBUF

function representationOf(clause: string, custom: boolean): Representation | undefined {
  const [media = '', ...parameters] = clause.split(';').map((part) => part.trim())
  if (media === '*/*' || media === '') return PLAIN
  const format = media === 'application/json' ? 'json' : media === 'application/yaml' ? 'yaml' : undefined
  if (format === undefined) return media === PROTOBUF && parameters.length === 0 && !custom ? PLAIN : undefined
  const options = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]))
  const as = options.get('as')
  if (as === undefined) return { ...PLAIN, format }
  if (options.get('g') !== 'meta.k8s.io') return undefined
  const version = options.get('v') ?? 'v1'
  if (as === 'Table') return { shape: 'Table', format, version }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { shape: 'PartialObjectMetadata', format, version }
  return undefined
}
