import type { ObjectMeta } from '../../object.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { defaultRevisionSpec } from '../revision/revision.defaults.ts'
import { withUserAnnotations } from '../user-annotations.ts'
import type { Configuration } from './configuration.ts'
import type { ConfigurationSpec } from './configuration.schema.ts'

/** Fills in a Configuration. One that belongs to a Service keeps the users that the Service wrote. */
export function defaultConfiguration(configuration: Configuration, context: AdmissionContext<Configuration>): Configuration {
  const spec = defaultTemplate(configuration.spec, configuration.metadata, context, context.before?.spec)
  const result = { ...configuration, spec }
  return (configuration.metadata.ownerReferences ?? []).length > 0 ? result : withUserAnnotations(result, context)
}

/**
 * Fills in the template, unless it carries the same name of its own as before: such a revision exists already. A stored one with a name of its own, with
 * which an update is compared, stays as it was filled in: under defaults that came later it would differ from the same template as it is sent now.
 */
export function defaultTemplate<S extends ConfigurationSpec>(spec: S, parent: ObjectMeta, context: AdmissionContext, before?: S): S {
  const template = spec.template
  if (template?.spec === undefined) return spec
  const name = template.metadata?.name ?? ''
  const stored = context.operation === 'UPDATE' && before === undefined
  if (name !== '' && (stored || name === before?.template?.metadata?.name)) return spec
  return { ...spec, template: { ...template, spec: defaultRevisionSpec(template.spec, parent, context) } }
}
