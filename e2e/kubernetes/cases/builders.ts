/** Short forms of the objects that cases send: as small as the API server accepts them. */

import type { Manifest } from '../recorded-case.ts'

type Json = Readonly<Record<string, unknown>>

/** An object of `apiVersion kind` named `name`; `rest` is merged beside metadata, `metadata` into it. */
export const object = (type: string, name: string, rest: Json = {}, metadata: Json = {}): Manifest & { readonly metadata: Json } => {
  const [apiVersion = '', kind = ''] = type.split(' ')
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest }
}

/** A ConfigMap with these data. */
export const configMap = (name: string, data: Json = { a: 'b' }, metadata: Json = {}) => object('v1 ConfigMap', name, { data }, metadata)

/** A container `c` of an image that nobody has. */
export const container = (rest: Json = {}): Json => ({ name: 'c', image: 'registry.example/app:v1', ...rest })

/** A Pod that no scheduler takes, with one container; `spec` is merged into its spec. */
export const pod = (name: string, spec: Json = {}, metadata: Json = {}) =>
  object('v1 Pod', name, { spec: { schedulerName: 'oracle', containers: [container()], ...spec } }, metadata)

/** A template of such a Pod, labelled `app: NAME`. */
export const podTemplate = (app: string, spec: Json = {}): Json => ({
  metadata: { labels: { app } },
  spec: { schedulerName: 'oracle', containers: [container()], ...spec }
})

/** A Deployment of such Pods. */
export const deployment = (name: string, spec: Json = {}) =>
  object('apps/v1 Deployment', name, { spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec } })

/** A Service of port 80. */
export const service = (name: string, spec: Json = {}) => object('v1 Service', name, { spec: { ports: [{ port: 80 }], ...spec } })

/** A Lease: no controller looks at it, and its namespace begins with none. */
export const lease = (name: string, spec: Json = { holderIdentity: 'me' }, metadata: Json = {}) =>
  object('coordination.k8s.io/v1 Lease', name, { spec }, metadata)

/** A NetworkPolicy: it counts its generation, and no controller looks at it. */
export const networkPolicy = (name: string, spec: Json = { podSelector: {} }, metadata: Json = {}) =>
  object('networking.k8s.io/v1 NetworkPolicy', name, { spec }, metadata)

/** A PodTemplate: a pod's spec that may change, and that no controller looks at. */
export const template = (name: string, spec: Json = {}, metadata: Json = {}) =>
  object('v1 PodTemplate', name, { template: podTemplate(name, spec) }, metadata)
