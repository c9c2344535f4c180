import {
  configurationGenerationLabel,
  leavingName,
  readyOf,
  serviceConditions,
  takenName,
  type Configuration,
  type Revision,
  type Route,
  type Service,
  type ServiceStatus,
  type TrafficTarget
} from '@knative-ts/api'
import { equalJson, isControlledBy, Marks, type NotOwnedError } from '@knative-ts/kube'

const working = (kind: string): string => `The ${kind} is still working to reflect the latest desired specification.`

/** The name that the user gave to the next revision, if any. */
export function givenRevisionName(service: { readonly spec: Service['spec'] }): string {
  return service.spec.template?.metadata?.name ?? ''
}

/** Condition for a child of another owner. */
export function markNotOwned(
  status: ServiceStatus,
  type: 'ConfigurationsReady' | 'RoutesReady',
  { kind, child, former }: Pick<NotOwnedError, 'kind' | 'child' | 'former'>
): void {
  const marks = new Marks(status, serviceConditions)
  if (former) marks.unknown(type, 'OutOfDate', leavingName(kind, child))
  else marks.false(type, 'NotOwned', takenName(kind, child))
}

/** Takes over what the Configuration says. False: it has not seen its latest spec. */
export function followConfiguration(status: ServiceStatus, configuration: Configuration): boolean {
  const marks = new Marks(status, serviceConditions)
  if (configuration.status?.observedGeneration !== configuration.metadata.generation) {
    marks.unknown('ConfigurationsReady', 'OutOfDate', working('Configuration'))
    return false
  }
  const { latestCreatedRevisionName, latestReadyRevisionName } = configuration.status ?? {}
  assign(status, 'latestCreatedRevisionName', latestCreatedRevisionName)
  assign(status, 'latestReadyRevisionName', latestReadyRevisionName)
  const ready = readyOf(configuration)
  if (ready !== undefined) marks.mirror('ConfigurationsReady', ready)
  return true
}

/**
 * The name that the user gave belongs to a revision of another making: of another Configuration, or of another generation with
 * another spec. Undefined when the name is free or rightly used.
 */
export function nameConflict(configuration: Configuration, named: Revision | undefined): string | undefined {
  if (named === undefined) return undefined
  const sameGeneration = named.metadata.labels?.[configurationGenerationLabel] === String(configuration.metadata.generation)
  const rightful = isControlledBy(named, configuration) && (sameGeneration || equalJson(named.spec, configuration.spec.template?.spec))
  return rightful ? undefined : (named.metadata.name ?? '')
}

export function markNameTaken(status: ServiceStatus, name: string): void {
  const message = `The revision name "${name}" is taken by a conflicting Revision, so traffic will not be migrated`
  new Marks(status, serviceConditions).false('RoutesReady', 'RevisionNameTaken', message)
}

/** Takes over what the Route says, and checks that the traffic has arrived where the spec wants it. */
export function followRoute(status: ServiceStatus, route: Route): void {
  const marks = new Marks(status, serviceConditions)
  if (route.status?.observedGeneration !== route.metadata.generation) {
    marks.unknown('RoutesReady', 'OutOfDate', working('Route'))
    return
  }
  const { url, address, traffic } = route.status ?? {}
  assign(status, 'url', url)
  assign(status, 'address', address)
  assign(status, 'traffic', traffic)
  const ready = readyOf(route)
  if (ready !== undefined) marks.mirror('RoutesReady', ready)
  if (!marks.isTrue('RoutesReady')) return
  const wanted = (route.spec.traffic ?? []).map((target) => destination(target, status.latestReadyRevisionName ?? ''))
  const got = (traffic ?? []).map((target) => destination(target, ''))
  if (!equalJson(wanted, got)) {
    marks.unknown('RoutesReady', 'TrafficNotMigrated', 'Traffic is not yet migrated to the latest revision.')
  }
}

function destination(target: TrafficTarget, latestReady: string): unknown {
  const revision = (target.configurationName ?? '') === '' ? (target.revisionName ?? '') : latestReady
  return [target.tag ?? '', revision, target.percent ?? 0]
}

function assign<K extends keyof ServiceStatus>(status: ServiceStatus, key: K, value: ServiceStatus[K] | undefined): void {
  if (value === undefined) delete status[key]
  else status[key] = value
}
