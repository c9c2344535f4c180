import { bindingsIncludeLabel } from '@knative-ts/api'
import type { WebhookRegistration } from '../registration/registration.ts'
import type { BindingTable } from './binding-table.ts'

const included = { matchExpressions: [{ key: bindingsIncludeLabel, operator: 'In', values: ['true'] }] }

/**
 * Who is asked about subjects of SinkBindings: about kinds that some binding speaks of, in namespaces and objects that are not excluded by
 * a label (as installed), or with `inclusion` in those that are included by one.
 */
export function sinkBindingRegistration(bindings: Pick<BindingTable, 'rules'>, mode: 'exclusion' | 'inclusion'): WebhookRegistration {
  return {
    name: 'sinkbindings.webhook.sources.knative.dev',
    kind: 'MutatingWebhookConfiguration',
    path: '/sinkbindings',
    get rules() {
      return bindings.rules()
    },
    ...(mode === 'inclusion' && { selectors: { namespaceSelector: included, objectSelector: included } })
  }
}
