import { withoutSink } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { containsJson, equalJson } from '@knative-ts/kube'

/**
 * The Deployment to write when the present one does not run the desired pods; undefined when it does. What the API server has filled in
 * counts as equal, and so do replicas, which are its user's to change. `bound`: a SinkBinding sets variables in it, which stay.
 */
export function changedDeployment(current: Deployment, desired: Deployment, bound = false): Deployment | undefined {
  const present = bound ? withoutSink(current) : current
  const wanted = bound ? withoutSink(desired) : desired
  const { labels } = desired.metadata
  const pods = wanted.spec?.template
  const same =
    containsJson(present.metadata.labels ?? {}, labels ?? {}) &&
    containsJson(present.spec?.template, pods) &&
    equalJson(listsOf(present), listsOf(wanted))
  if (same || current.spec === undefined || pods === undefined) return undefined
  return {
    ...current,
    metadata: { ...current.metadata, labels: { ...current.metadata.labels, ...labels } },
    spec: { ...current.spec, template: pods }
  }
}

/** What must not have more entries than were asked for. */
const listsOf = ({ spec }: Deployment): unknown =>
  [...(spec?.template.spec?.initContainers ?? []), ...(spec?.template.spec?.containers ?? [])].map(
    ({ name, env = [], args = [], command = [] }) => [name, env.map((variable) => variable.name), args, command]
  )
