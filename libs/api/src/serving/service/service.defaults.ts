import type { AdmissionContext } from '../../validation/admission-context.ts'
import { defaultTemplate } from '../configuration/configuration.defaults.ts'
import { defaultTarget } from '../route/route.defaults.ts'
import { withUserAnnotations } from '../user-annotations.ts'
import type { Service } from './service.ts'

/** Fills in a Service: its template, all traffic to the latest revision, who made it. */
export function defaultService(service: Service, context: AdmissionContext<Service>): Service {
  const given = service.spec.traffic ?? []
  const traffic = given.length === 0 ? [{ latestRevision: true, percent: 100 }] : given.map(defaultTarget)
  const spec = { ...defaultTemplate(service.spec, service.metadata, context, context.before?.spec), traffic }
  return withUserAnnotations({ ...service, spec }, context)
}
