/** CustomResourceDefinition: names that follow from others, and the status that follows from the spec. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Facts, KindRules } from '../builtin/kind-rules.ts'
import { statusOf } from './definition-status.ts'

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'
/** Holds a definition until its instances are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'

export const definitionRules: KindRules<k8s.CustomResourceDefinition> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    const { names } = spec
    if (names?.kind) {
      names.singular ||= names.kind.toLowerCase()
      names.listKind ||= `${names.kind}List`
    }
    spec.conversion ??= { strategy: 'None' }
    if (spec.conversion.webhook?.clientConfig?.service != null) spec.conversion.webhook.clientConfig.service.port ??= 443
  },
  prepareCreate(definition, facts) {
    delete definition.status
    definition.status = statusOf(definition, definitionsOf(facts), facts.now)
  },
  prepareUpdate(definition, before, facts) {
    if (before.status === undefined) delete definition.status
    else definition.status = before.status
    definition.status = statusOf(definition, definitionsOf(facts), facts.now)
  }
}

const definitionsOf = ({ list }: Facts) => list(DEFINITIONS) as k8s.CustomResourceDefinition[]
