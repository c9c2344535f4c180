import {
  configurationConditions,
  ingressConditions,
  keyOf,
  keyText,
  revisionConditions,
  routeConditions,
  serverlessServiceConditions,
  serviceConditions,
  type Configuration,
  type Ingress,
  type ObjectKey,
  type Revision,
  type Route,
  type ServerlessService,
  type Service
} from '@knative-ts/api'
import {
  createEventRecorder,
  enveloped,
  type Clock,
  type Kind,
  type KubeClient,
  type Log,
  type Reconcile,
  type Reconciled
} from '@knative-ts/kube'
import { registryAccess, RegistryClient, type RegistryAccess } from '@knative-ts/registry'
import { certificateReconcilerNames, certificateReconcilers } from './certificate-reconcilers.ts'
import { ConfigurationReconciler } from './configuration/configuration.reconciler.ts'
import { GcReconciler } from './gc/gc.reconciler.ts'
import { IngressReconciler, isOurs, type Acknowledgements } from './ingress/ingress.reconciler.ts'
import { LabelerReconciler } from './labeler/labeler.reconciler.ts'
import type { Objects } from './objects.ts'
import type { Tracker } from './reconciling/tracker.ts'
import { DigestResolver } from './revision/digest-resolver.ts'
import { PodEvidence, type Witness } from './revision/pod-evidence.ts'
import { registryDigests } from './revision/registry-digests.ts'
import { RevisionReconciler } from './revision/revision.reconciler.ts'
import { ingressFinalizer } from './route/ingress-of.ts'
import { RouteReconciler } from './route/route.reconciler.ts'
import { ServerlessServiceReconciler } from './serverless-service/serverless-service.reconciler.ts'
import { routeFinalizer } from './service/route-of.ts'
import { ServiceReconciler } from './service/service.reconciler.ts'
import type { Settings } from './settings/settings.ts'

export interface ReconcilerOptions {
  readonly client: KubeClient
  readonly objects: Objects
  readonly settings: Settings
  readonly gateways: Acknowledgements
  readonly tracker: Tracker
  /** An image's digest was found or not, or a pod has said why it is not ready: the revision (`namespace/name`) is worth another pass. */
  readonly onRevisionNews: (key: string) => void
  /** Tells why pods are not ready; absent: they are asked themselves. */
  readonly witness?: Witness
  /** How registries are reached; absent: directly, trusting the system's authorities. */
  readonly registries?: RegistryAccess
  readonly systemNamespace: string
  readonly clusterDomain: string
  readonly clock: Clock
  readonly log: Log
  /** Milliseconds that states of Services and Routes on their way to Ready, which people alone look at, may go untold. Default 0. */
  readonly leisureMs?: number
}

export const reconcilerNames = [
  'service',
  'configuration',
  'revision',
  'route',
  'labeler',
  'serverlessservice',
  'gc',
  'ingress',
  ...certificateReconcilerNames
] as const
export type ReconcilerName = (typeof reconcilerNames)[number]

/** Where the activators are found, as `namespace/name` of their Service. */
export const activatorServiceIn = (systemNamespace: string): string => `${systemNamespace}/activator-service`

/** One pass of each kind, with all that surrounds it. */
export function reconcilers(options: ReconcilerOptions): Readonly<Record<ReconcilerName, Reconcile>> {
  const { client, objects, settings, gateways, tracker, systemNamespace, clusterDomain, clock, log, leisureMs = 0 } = options
  const recorderOf = (name: ReconcilerName) => createEventRecorder({ client, component: `${name}-controller`, log, clock })
  const registries = new RegistryClient(options.registries ?? registryAccess({}))
  const digests = new DigestResolver(options.onRevisionNews, registryDigests(client, registries), clock)
  const witness = options.witness ?? new PodEvidence(client, options.onRevisionNews, clock)
  objects.revisions.informer.onChange(({ before, after }) => {
    if (after !== undefined || before === undefined) return
    const key = keyText(keyOf(before))
    witness.forget(key)
    digests.forget(key)
  })
  const inEnvelope = <T extends Reconciled>(
    name: ReconcilerName,
    kindOf: (recorder: ReturnType<typeof recorderOf>) => Kind<T>
  ): Reconcile => {
    const recorder = recorderOf(name)
    return enveloped(kindOf(recorder), { recorder, clock })
  }
  const gc = new GcReconciler(objects, () => settings.gc(), clock)
  return {
    ...certificateReconcilers(options),
    service: inEnvelope<Service>('service', (recorder) => {
      const service = new ServiceReconciler(objects, recorder)
      return { objects: objects.knativeServices, conditions: serviceConditions, leisureMs, reconcile: (s) => service.reconcile(s) }
    }),
    configuration: inEnvelope<Configuration>('configuration', (recorder) => {
      const configuration = new ConfigurationReconciler(objects.revisions, recorder, clock)
      return { objects: objects.configurations, conditions: configurationConditions, reconcile: (c) => configuration.reconcile(c) }
    }),
    revision: inEnvelope<Revision>('revision', (recorder) => {
      const revision = new RevisionReconciler(objects, { recorder, digests, witness, settings: () => settings.revision() })
      // Told at once: what a pass sees of pods may be gone at the next one, and scaling follows from what was told.
      return { objects: objects.revisions, conditions: revisionConditions, reconcile: (r) => revision.reconcile(r) }
    }),
    route: inEnvelope<Route>('route', (recorder) => {
      const route = new RouteReconciler(objects, { recorder, clock, tracker, settings: () => settings.route() })
      return { objects: objects.routes, conditions: routeConditions, leisureMs, reconcile: (r) => route.reconcile(r) }
    }),
    labeler: inEnvelope<Route>('labeler', () => {
      const labeler = new LabelerReconciler(objects, clock)
      return {
        objects: objects.routes,
        conditions: routeConditions,
        finalizer: routeFinalizer,
        writesStatus: false,
        reconcile: (r) => labeler.reconcile(r),
        finalize: (r) => labeler.finalize(r)
      }
    }),
    serverlessservice: inEnvelope<ServerlessService>('serverlessservice', () => {
      const sks = new ServerlessServiceReconciler(objects, activatorServiceIn(systemNamespace))
      return { objects: objects.serverlessServices, conditions: serverlessServiceConditions, reconcile: (s) => sks.reconcile(s) }
    }),
    gc: (key: ObjectKey) => gc.reconcile(key),
    ingress: inEnvelope<Ingress>('ingress', () => {
      const ingress = new IngressReconciler(gateways, clusterDomain)
      return {
        objects: objects.ingresses,
        conditions: ingressConditions,
        finalizer: ingressFinalizer,
        mine: isOurs,
        reconcile: (i, signal) => ingress.reconcile(i, signal),
        finalize: (i) => ingress.finalize(i)
      }
    })
  }
}
