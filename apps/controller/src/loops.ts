import {
  configurations,
  keyOf,
  knativeServices,
  parseKey,
  revisionLabel,
  revisions,
  routes,
  serverlessServiceLabel,
  serviceLabel,
  serverlessServices,
  type KubeObject,
  type ObjectKey,
  type Revision
} from '@knative-ts/api'
import { controllerKeys, createBucketedLoop, triggeredBy, type BucketedLoop, type Trigger } from '@knative-ts/kube'
import type { certificateReconcilerNames } from './certificate-reconcilers.ts'
import { certificateTriggers, underPodsCertificate, underWildcard } from './certificate-triggers.ts'
import { isPending, referencesOf } from './labeler/labeler.reconciler.ts'
import type { Objects } from './objects.ts'
import { activatorServiceIn, reconcilerNames, reconcilers, type ReconcilerName, type ReconcilerOptions } from './reconcilers.ts'
import { Tracker } from './reconciling/tracker.ts'
import { serviceNameLabel } from './serverless-service/public-slices-of.ts'

/** The reconcilers of Serving, each as a loop that runs for the buckets which this replica leads. */
export interface Loops {
  readonly all: readonly BucketedLoop[]
  /** What gateways serve has changed for this KIngress. */
  ingressProgress(key: ObjectKey): void
}

/** Longer than a Service without pods takes to Ready, shorter than anybody waits for words. */
const leisureMs = 500

export function reconcileLoops(options: Omit<ReconcilerOptions, 'tracker' | 'onRevisionNews'>): Loops {
  const { objects, settings, systemNamespace, clock, log } = options
  const tracker = new Tracker()
  objects.routes.informer.onChange(({ before, after }) => {
    if (after === undefined && before !== undefined) tracker.forget(keyOf(before))
  })
  const passes = reconcilers({ ...options, leisureMs, tracker, onRevisionNews: (key) => loops.revision.enqueue(parseKey(key)) })
  const triggers = {
    ...triggersOf(objects, tracker, activatorServiceIn(systemNamespace)),
    ...certificateTriggers(objects, systemNamespace)
  }
  const loopOf = (name: ReconcilerName): BucketedLoop =>
    createBucketedLoop({ name, reconcile: passes[name], triggers: triggers[name], workers: 8, log, clock })
  const loops = Object.fromEntries(reconcilerNames.map((name) => [name, loopOf(name)])) as Record<ReconcilerName, BucketedLoop>
  settings.onChange((what) => loops[what].resync())
  return { all: Object.values(loops), ingressProgress: (key) => loops.ingress.enqueue(key) }
}

/** What each kind is passed for: itself first, then its children, and what it speaks of. */
function triggersOf(
  objects: Objects,
  tracker: Tracker,
  activatorService: string
): Readonly<Record<Exclude<ReconcilerName, (typeof certificateReconcilerNames)[number]>, readonly Trigger[]>> {
  const { informer: ofConfigurations } = objects.configurations
  const { informer: ofRevisions } = objects.revisions
  const { informer: ofRoutes } = objects.routes
  const { informer: ofIngresses } = objects.ingresses
  const { informer: ofServices } = objects.services
  const spokenOf = [triggeredBy(ofConfigurations, tracker.routesOf), triggeredBy(ofRevisions, tracker.routesOf)]
  return {
    service: [
      triggeredBy(objects.knativeServices.informer),
      triggeredBy(ofConfigurations, controllerKeys(knativeServices)),
      triggeredBy(ofRoutes, controllerKeys(knativeServices))
    ],
    configuration: [triggeredBy(ofConfigurations), triggeredBy(ofRevisions, controllerKeys(configurations))],
    revision: [
      triggeredBy(ofRevisions),
      triggeredBy(objects.deployments.informer, controllerKeys(revisions)),
      triggeredBy(objects.podAutoscalers.informer, controllerKeys(revisions)),
      triggeredBy(objects.pods.informer, labelled(revisionLabel)),
      triggeredBy(objects.certificates.informer, underPodsCertificate(objects)),
      triggeredBy(objects.tlsSecrets.informer, underPodsCertificate(objects))
    ],
    route: [
      triggeredBy(ofRoutes),
      ...spokenOf,
      triggeredBy(ofIngresses, controllerKeys(routes)),
      triggeredBy(ofServices, controllerKeys(routes)),
      triggeredBy(objects.certificates.informer, controllerKeys(routes)),
      triggeredBy(objects.certificates.informer, underWildcard(objects))
    ],
    // A revision is born with the Routes of its Configuration, perhaps after the Route that does not lead to it has failed for good.
    labeler: [triggeredBy(ofRoutes), ...spokenOf, triggeredBy(ofRevisions, routesOfRevision)],
    serverlessservice: [
      triggeredBy(objects.serverlessServices.informer),
      triggeredBy(ofServices, controllerKeys(serverlessServices)),
      triggeredBy(objects.endpointSlices.informer, (slice) =>
        // Which activators stand before a revision depends on all of them.
        `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel]}` === activatorService
          ? objects.serverlessServices.list().map(keyOf)
          : labelled(serverlessServiceLabel)(slice)
      )
    ],
    gc: [triggeredBy(ofConfigurations), triggeredBy(ofRevisions, controllerKeys(configurations))],
    ingress: [triggeredBy(ofIngresses)]
  }
}

/** The Routes that lead to a revision; while nobody has said whether any does, its Service's. */
function routesOfRevision(revision: Revision): readonly ObjectKey[] {
  return isPending(revision) ? labelled(serviceLabel)(revision) : referencesOf(revision).map(parseKey)
}

/** The object of the same namespace that a label names. */
const labelled =
  (label: string) =>
  (object: KubeObject): readonly ObjectKey[] => {
    const name = object.metadata.labels?.[label]
    return name === undefined ? [] : [{ namespace: object.metadata.namespace ?? '', name }]
  }
