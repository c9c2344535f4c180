/** What the cases of access are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { object } from '../builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const RBAC = 'rbac.authorization.k8s.io/v1'

export const jane = { 'impersonate-user': 'jane-$NS', 'impersonate-group': 'crew-$NS' }

export const rule = (verbs: string, resources: string, group = '', rest: Json = {}): Json => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...rest
})

export const role = (name: string, ...rules: readonly Json[]) => object(`${RBAC} Role`, name, { rules })

export const clusterRole = (name: string, ...rules: readonly Json[]) => object(`${RBAC} ClusterRole`, `$NS-${name}`, { rules })

export const refOf = (kind: string, name: string) => ({ roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name } })

export const toJane = { subjects: [{ kind: 'User', name: 'jane-$NS', apiGroup: 'rbac.authorization.k8s.io' }] }

export const bind = (name: string, kind: string, to: string, subjects: Json = toJane) =>
  object(`${RBAC} RoleBinding`, name, { ...refOf(kind, to), ...subjects })

export const silent = (one: ReturnType<typeof object>): Step => ({ verb: 'create', object: one, silent: true })

export const as = (step: Step, headers: Readonly<Record<string, string>> = jane): Step => ({
  ...step,
  headers: { ...step.headers, ...headers }
})

/** Informers of a real server are a little behind. */
export const until = (step: Step, status = 200): Step => ({ ...step, verb: 'wait', verb2: step.verb, status, silent: true })

export const get = (path: string): Step => ({ verb: 'request', path })

export const maps = '/api/v1/namespaces/$NS/configmaps'

export const granted = (name: string, objects: readonly ReturnType<typeof object>[], ...steps: Step[]): Case => ({
  name,
  steps: [...objects.map(silent), ...steps]
})

export const sar = (spec: Json): Step => ({
  verb: 'create',
  object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec } as unknown as ReturnType<typeof object>
})

export const self = (spec: Json): Step => ({
  verb: 'create',
  object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec } as unknown as ReturnType<typeof object>
})
