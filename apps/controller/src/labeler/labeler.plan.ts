import {
  configurationLabel,
  isFailed,
  isReady,
  routesAnnotation,
  routingStateLabel,
  routingStateModifiedAnnotation,
  type Configuration,
  type ObjectMeta,
  type Revision,
  type Route
} from '@knative-ts/api'

/** What a Route leads to, by name. */
export interface Reached {
  readonly revisions: ReadonlySet<string>
  readonly configurations: ReadonlySet<string>
}

/** What a Route leads to now, or is about to: its status and its spec together. */
export function reachedBy(
  route: Route,
  revision: (name: string) => Revision | undefined,
  configuration: (name: string) => Configuration | undefined
): Reached {
  const revisions = new Set<string>()
  const configurations = new Set<string>()
  for (const target of [...(route.status?.traffic ?? []), ...(route.spec.traffic ?? [])]) {
    const { revisionName = '', configurationName = '', latestRevision = false } = target
    const found = revisionName === '' ? undefined : revision(revisionName)
    if (found !== undefined) revisions.add(revisionName)
    const owner = configuration(found?.metadata.labels?.[configurationLabel] ?? configurationName)
    if (owner === undefined) continue
    configurations.add(owner.metadata.name ?? '')
    const latest = owner.status?.latestCreatedRevisionName ?? ''
    if (latestRevision && latest !== '' && revision(latest) !== undefined) revisions.add(latest)
  }
  return { revisions, configurations }
}

/** While a Route is on its way somewhere nothing is taken from where it was. */
export const mayLetGo = (route: Route): boolean => isReady(route) || isFailed(route)

const routesOf = (metadata: ObjectMeta): string[] =>
  (metadata.annotations?.[routesAnnotation] ?? '').split(',').filter((name) => name !== '')

/** True when the object's annotation names the Route. */
export const isReferencedBy = (metadata: ObjectMeta, route: string): boolean => routesOf(metadata).includes(route)

/** The merge patch of `metadata` that says whether `route` leads here; undefined when it says so already. */
export function referencePatch(
  metadata: ObjectMeta,
  route: string,
  reached: boolean,
  kind: 'Configuration' | 'Revision',
  now: string
): object | undefined {
  const before = routesOf(metadata)
  const after = reached ? [...new Set([...before, route])].sort() : before.filter((name) => name !== route)
  const annotations: Record<string, string | null> = {}
  if (before.join() !== after.join()) annotations[routesAnnotation] = after.length === 0 ? null : after.join(',')
  const labels: Record<string, string> = {}
  const state = after.length > 0 ? 'active' : 'reserve'
  if (kind === 'Revision' && metadata.labels?.[routingStateLabel] !== state) {
    labels[routingStateLabel] = state
    annotations[routingStateModifiedAnnotation] = now
  }
  if (Object.keys(annotations).length + Object.keys(labels).length === 0) return undefined
  return { ...(Object.keys(labels).length === 0 ? {} : { labels }), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }
}
