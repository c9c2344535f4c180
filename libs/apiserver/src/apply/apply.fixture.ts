/** Server-side apply as a server does it, for specs: a merge, and the defaults that follow. */
import type { KubeObject } from '@knative-ts/api'
import { Registry } from '../registry/registry.ts'
import { applyDefaults } from '../schema/defaults.ts'
import { copyJson } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { applyIntent, type ApplyResult } from './apply-intent.ts'
import { trackUpdate } from './track-update.ts'

const registry = Registry.load()
export const schemaOf = (kind: string, group = '', version = 'v1') => registry.byKind(group, version, kind)!.schema
export const configMap = schemaOf('ConfigMap')
export const deployment = schemaOf('Deployment', 'apps')
export const service = schemaOf('Service')

export const T1 = '2026-11-01T00:00:01Z'
export const T2 = '2026-11-01T00:00:02Z'

/** What a server keeps: merges need `apply`, and the defaults that follow it. */
export function apply(
  schema: Schema,
  live: KubeObject | undefined,
  intent: object,
  manager = 'oracle',
  now = T1,
  force = false
): ApplyResult {
  const result = applyIntent({
    schema,
    live,
    intent: intent as KubeObject,
    manager,
    force,
    apiVersion: (intent as KubeObject).apiVersion,
    subresource: '',
    now
  })
  if (result.kind === 'applied') applyDefaults(schema, result.object)
  return result
}
export function applied(
  schema: Schema,
  live: KubeObject | undefined,
  intent: object,
  manager?: string,
  now?: string,
  force?: boolean
): KubeObject {
  const result = apply(schema, live, intent, manager, now, force)
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result))
  return result.object
}
export function written(
  schema: Schema,
  before: KubeObject | undefined,
  after: object,
  manager: string,
  now = T1,
  subresource = ''
): KubeObject {
  const object = copyJson(after) as KubeObject
  applyDefaults(schema, object)
  const managedFields = trackUpdate({
    schema,
    before,
    after: object,
    manager,
    operation: 'Update',
    apiVersion: object.apiVersion,
    subresource,
    now
  })
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } }
}
/** Times apart: an intent with an empty map counts as a change, until the defaults drop the map again. */
export const timeless = (object: KubeObject): unknown =>
  JSON.parse(JSON.stringify(object, (key, value: unknown) => (key === 'time' ? undefined : value)))
export const entry = (manager: string, operation: string, fieldsV1: object, time?: string, apiVersion = 'v1', subresource?: string) => ({
  manager,
  operation,
  apiVersion,
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource === undefined ? {} : { subresource })
})
export const map = (data?: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one', ...metadata },
  ...(data === undefined ? {} : { data })
})

export const pod = (containers: object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { schedulerName: 'oracle', containers } },
    replicas: 0
  }
})
export const containersOf = (object: KubeObject) => (object as unknown as ReturnType<typeof pod>).spec.template.spec.containers
