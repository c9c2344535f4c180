/** Webhook configurations and admission policies that concern only the case's namespace, and the steps that wait until they work. */
import { hookPath, type Behaviour } from '../hooks.ts'
import type { Step } from '../recorded-case.ts'
import { configMap, object } from './builders.ts'

type Json = Readonly<Record<string, unknown>>

const HERE = { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } }
const GROUP = 'admissionregistration.k8s.io/v1'

/** Rule of `operations` on `resources` (`GROUP/VERSION/RESOURCE`; the core group is `v1/pods`). */
export const rule = (operations: string, resource: string, rest: Json = {}): Json => {
  const parts = resource.split(' ').map((one) => (/^v\d/.test(one) ? `/${one}` : one).split('/'))
  const [first = []] = parts
  return {
    operations: operations.split(' '),
    apiGroups: [first[0]],
    apiVersions: [first[1]],
    resources: parts.map((part) => part.slice(2).join('/')),
    ...rest
  }
}

/** One webhook, `NAME.oracle.example`, on ConfigMaps of the namespace; its tag is its name. */
export const webhook = (name: string, behaviour: Behaviour = {}, rest: Json = {}): Json => ({
  name: `${name}.oracle.example`,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: `$HOOKS${hookPath(name, behaviour)}`, caBundle: '$HOOKCA' },
  rules: [rule('CREATE UPDATE', 'v1/configmaps')],
  namespaceSelector: HERE,
  objectSelector: { matchExpressions: [{ key: 'probe', operator: 'DoesNotExist' }] },
  ...rest
})

const probe = (name: string) => configMap('probe', {}, { labels: { probe: name } })

/** Creates a configuration and waits until the server asks its webhooks. `phase` is Mutating or Validating. */
export function webhooks(phase: 'Mutating' | 'Validating', list: readonly Json[], name = phase.toLowerCase()): Step[] {
  const probing = webhook(
    `probe-${name}`,
    { response: { allowed: false, status: { code: 418, message: 'working' } } },
    { objectSelector: { matchLabels: { probe: name } } }
  )
  return [
    {
      verb: 'create',
      object: object(`${GROUP} ${phase}WebhookConfiguration`, `$NS-${name}`, { webhooks: [probing, ...list] }),
      silent: true
    },
    { verb: 'wait', verb2: 'create', object: probe(name), query: { dryRun: 'All' }, status: 418, silent: true }
  ]
}

/** A policy on creates and updates of the namespace's ConfigMaps. */
export const policy = (name: string, spec: Json) =>
  object(`${GROUP} ValidatingAdmissionPolicy`, `$NS-${name}`, {
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { namespaceSelector: HERE, resourceRules: [rule('CREATE UPDATE', 'v1/configmaps')] },
      ...spec
    }
  })

/** Binds such a policy in the namespace. */
export const policyBinding = (name: string, spec: Json = {}) =>
  object(`${GROUP} ValidatingAdmissionPolicyBinding`, `$NS-${name}`, {
    spec: {
      policyName: `$NS-${name}`,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: HERE, objectSelector: { matchExpressions: [{ key: 'probe', operator: 'DoesNotExist' }] } },
      ...spec
    }
  })

/** Creates policies with their bindings and waits until they are enforced. */
export function policies(...objects: readonly ReturnType<typeof object>[]): Step[] {
  const probing = policy('zz-probe', { validations: [{ expression: 'false', message: 'working' }] })
  const binding = policyBinding('zz-probe', {
    matchResources: { namespaceSelector: HERE, objectSelector: { matchLabels: { probe: 'policy' } } }
  })
  return [
    ...[...objects, probing, binding].map((one): Step => ({ verb: 'create', object: one, silent: true })),
    { verb: 'wait', verb2: 'create', object: probe('policy'), query: { dryRun: 'All' }, status: 422, silent: true }
  ]
}
