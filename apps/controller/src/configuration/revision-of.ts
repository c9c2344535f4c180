import {
  apiVersionOf,
  childName,
  configurationGenerationLabel,
  configurationLabel,
  configurationUidLabel,
  creatorAnnotation,
  lastModifierAnnotation,
  revisions,
  routesAnnotation,
  routingStateLabel,
  routingStateModifiedAnnotation,
  serviceLabel,
  serviceUidLabel,
  type Configuration,
  type Revision
} from '@knative-ts/api'

/** Name of the revision of this generation: the user's, or the Configuration's with a number of five digits or more. */
export function revisionNameOf(configuration: Configuration): string {
  const given = configuration.spec.template?.metadata?.name ?? ''
  if (given !== '') return given
  return childName(configuration.metadata.name ?? '', `-${String(configuration.metadata.generation ?? 0).padStart(5, '0')}`)
}

/** The revision that a Configuration's present template makes. `now`: RFC 3339, whole seconds. */
export function revisionOf(configuration: Configuration, now: string): Revision {
  const { template } = configuration.spec
  if (template?.spec === undefined) throw new Error(`Configuration "${configuration.metadata.name}" has no spec.template.spec`)
  const { name = '', namespace = '', uid = '', generation = 0, labels = {}, annotations = {} } = configuration.metadata
  const routes = annotations[routesAnnotation] ?? ''
  const creator = annotations[lastModifierAnnotation] ?? ''
  return {
    apiVersion: apiVersionOf(revisions),
    kind: revisions.kind,
    metadata: {
      ...(template.metadata?.finalizers === undefined ? {} : { finalizers: template.metadata.finalizers }),
      name: revisionNameOf(configuration),
      namespace,
      labels: {
        ...template.metadata?.labels,
        ...nonEmpty({
          [configurationLabel]: name,
          [serviceLabel]: labels[serviceLabel],
          [configurationGenerationLabel]: String(generation),
          [configurationUidLabel]: uid,
          [serviceUidLabel]: labels[serviceUidLabel]
        }),
        // A Configuration that Routes lead to already: the revision will be routed to as soon as it is ready.
        [routingStateLabel]: routes === '' ? 'pending' : 'active'
      },
      annotations: {
        ...template.metadata?.annotations,
        ...nonEmpty({ [creatorAnnotation]: creator, [routesAnnotation]: routes }),
        [routingStateModifiedAnnotation]: now
      }
    },
    spec: template.spec
  }
}

function nonEmpty(map: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''))
}
