import type { AdmissionContext } from '../../validation/admission-context.ts'
import { withUserAnnotations } from '../user-annotations.ts'
import type { Route } from './route.ts'
import type { TrafficTarget } from './route.schema.ts'

/** Fills in a Route. One that belongs to a Service keeps the users that the Service wrote. */
export function defaultRoute(route: Route, context: AdmissionContext<Route>): Route {
  const traffic = route.spec.traffic
  const result = traffic === undefined ? route : { ...route, spec: { ...route.spec, traffic: traffic.map(defaultTarget) } }
  return (route.metadata.ownerReferences ?? []).length > 0 ? result : withUserAnnotations(result, context)
}

/** A target without a revision name means the latest. */
export const defaultTarget = (target: TrafficTarget): TrafficTarget => ({
  ...target,
  latestRevision: target.latestRevision ?? (target.revisionName ?? '') === ''
})
