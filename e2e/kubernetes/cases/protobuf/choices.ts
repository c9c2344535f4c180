/** What is chosen of several formats and shapes. */
import type { Case } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'
import { PROTOBUF, JSON_TYPE, PARTIAL, PARTIAL_LIST, TABLE, accepting, made, one } from './builders.ts'

const verdictOf = (name: string, accept: string, rest: Parameters<typeof accepting>[1]): Case => ({
  name,
  steps: [made(configMap('x')), accepting(accept, rest)]
})

const many = { verb: 'list', of: 'v1 ConfigMap', show: ['kind', 'apiVersion'] } as const

export const choices: readonly Case[] = [
  verdictOf('metadata of a list as of one object', `${JSON_TYPE}${PARTIAL}`, many),
  verdictOf('metadata of one object as of a list', `${JSON_TYPE}${PARTIAL_LIST}`, one),
  verdictOf('metadata of one object as of a list, in protobuf', `${PROTOBUF}${PARTIAL_LIST}`, one),
  verdictOf('a table in protobuf', `${PROTOBUF}${TABLE}`, one),
  verdictOf('a table in protobuf, else an object', `${PROTOBUF}${TABLE},${PROTOBUF}`, one),
  verdictOf('a table in protobuf, else in JSON', `${PROTOBUF}${TABLE},${JSON_TYPE}${TABLE}`, { ...one, show: ['kind', 'rows.0.cells.0'] }),
  verdictOf('a table of a version that there is not', `${JSON_TYPE};as=Table;g=meta.k8s.io;v=v2`, one),
  verdictOf('a shape that there is not', `${JSON_TYPE};as=Nothing;g=meta.k8s.io;v=v1`, one),
  verdictOf('a shape without a group', `${JSON_TYPE};as=Table`, one),
  verdictOf('a stream that there is not', `${JSON_TYPE};stream=nothing`, one),
  verdictOf('parameters that mean nothing', `${JSON_TYPE};charset=utf-8;x=y`, one),
  verdictOf('the better of two by q', `${JSON_TYPE};q=0.5,${PROTOBUF};q=0.9`, one),
  verdictOf('the exact before the wildcard', `*/*,${PROTOBUF}`, one),
  verdictOf('any of application', 'application/*', one),
  verdictOf('something else', 'text/html', one),
  verdictOf('something else of a list', 'text/html', many),
  verdictOf('something else first', `text/html,${PROTOBUF}`, one),
  verdictOf('protobuf first, else JSON', `${PROTOBUF},${JSON_TYPE}`, one)
]
