import { podTemplateOf, withoutSink, withSink, type CloudEventOverrides } from '@knative-ts/api'
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
  const metadata = { ...current.metadata, labels: { ...current.metadata.labels, ...labels } }
  const changed = { ...current, metadata, spec: { ...current.spec, template: pods } }
  return bound ? boundAs(current, changed) : changed
}

/** With the variables that the SinkBinding has set in the present one: without them there would be two rollouts. */
function boundAs(current: Deployment, changed: Deployment): Deployment {
  const env = podTemplateOf(current)?.template.spec?.containers[0]?.env ?? []
  const valueOf = (name: string): string | undefined => env.find((variable) => variable.name === name)?.value
  const [sinkUri, overrides] = [valueOf('K_SINK'), valueOf('K_CE_OVERRIDES')]
  if (sinkUri === undefined) return changed
  return withSink(changed, {
    sinkUri,
    caCerts: valueOf('K_CA_CERTS'),
    ...(overrides !== undefined && { overrides: JSON.parse(overrides) as CloudEventOverrides })
  })
}

/** What must not be there any more once it is not asked for. */
const listsOf = ({ spec }: Deployment): unknown =>
  [...(spec?.template.spec?.initContainers ?? []), ...(spec?.template.spec?.containers ?? [])].map(
    ({ name, env = [], args = [], command = [] }) => [name, env.map((variable) => variable.name), args, command]
  )
