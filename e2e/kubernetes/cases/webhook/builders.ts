/** What the cases of webhook are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, object } from '../builders.ts'
import { rule, webhook, webhooks } from '../webhook-builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const V = 'admissionregistration.k8s.io/v1'

export const denied = (status?: Json) => ({ response: { allowed: false, ...(status === undefined ? {} : { status }) } })

export const add = (key: string, value: string) => ({ op: 'add', path: `/data/${key}`, value })

export const create = (name = 'one', data: Json = { a: 'b' }, metadata: Json = {}): Step => ({
  verb: 'create',
  object: configMap(name, data, metadata)
})

export const asked = (tag: string, ...show: string[]): Step => ({ verb: 'received', tag, ...(show.length > 0 && { show }) })

export const validating = (name: string, behaviour: Parameters<typeof webhook>[1], rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...webhooks('Validating', [webhook('check', behaviour, rest)]), ...steps]
})

export const configuration = (phase: string, hook: Json) =>
  object(`${V} ${phase}WebhookConfiguration`, `$NS-${phase.toLowerCase()}`, { webhooks: [hook] })

export const bare = (rest: Json = {}): Json => ({
  name: 'a.oracle.example',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
  rules: [rule('CREATE', 'v1/configmaps')],
  ...rest
})

export const refusedConfiguration = (name: string, rest: Json, phase = 'Validating'): Case => ({
  name: `configuration: ${name}`,
  steps: [{ verb: 'create', object: configuration(phase, bare(rest)) }]
})
