/** What the cases of protobuf are made of. */
import type { Step } from '../../recorded-case.ts'

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

export const JSON_TYPE = 'application/json'

export const PARTIAL = ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1'

export const PARTIAL_LIST = ';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

export const TABLE = ';as=Table;g=meta.k8s.io;v=v1'

export const accepting = (accept: string, rest: Omit<Step, 'verb'> & { readonly verb?: Step['verb'] }): Step => ({
  verb: 'get',
  heads: ['content-type'],
  decoded: true,
  headers: { accept },
  ...rest
})

export const inProtobuf = (rest: Parameters<typeof accepting>[1]) => accepting(PROTOBUF, rest)

export const made = (one: Step['object']): Step => ({ verb: 'create', object: one as NonNullable<Step['object']>, silent: true })

export const one = { of: 'v1 ConfigMap x' } as const
