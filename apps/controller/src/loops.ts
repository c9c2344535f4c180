import {
  configurationConditions,
  configurations,
  ingressConditions,
  keyOf,
  knativeServices,
  revisionConditions,
  revisionLabel,
  revisions,
  routeConditions,
  routes,
  serverlessServiceConditions,
  serverlessServiceLabel,
  serverlessServices,
  serviceConditions,
  type KubeObject,
  type ObjectKey
} from '@knative-ts/api'
import {
  type Clock,
  controllerKeys,
  createEventRecorder,
  createReconcileLoop,
  enveloped,
  type EventRecorder,
  type KubeClient,
  type Log,
  type Reconcile,
  type ReconcileLoop,
  type Trigger,
  triggeredBy
} from '@knative-ts/kube'
import { ConfigurationReconciler } from './configuration/configuration.reconciler.ts'
import { GcReconciler } from './gc/gc.reconciler.ts'
import { IngressReconciler, isOurs, type Acknowledgements } from './ingress/ingress.reconciler.ts'
import { LabelerReconciler } from './labeler/labeler.reconciler.ts'
import type { Objects } from './objects.ts'
import { Tracker } from './reconciling/tracker.ts'
import { DigestResolver } from './revision/digest-resolver.ts'
import { RevisionReconciler } from './revision/revision.reconciler.ts'
import { ingressFinalizer } from './route/ingress-of.ts'
import { RouteReconciler } from './route/route.reconciler.ts'
import { serviceNameLabel } from './serverless-service/public-slices-of.ts'
import { ServerlessServiceReconciler } from './serverless-service/serverless-service.reconciler.ts'
import { ServiceReconciler } from './service/service.reconciler.ts'
import { routeFinalizer } from './service/route-of.ts'
import type { Settings } from './settings/settings.ts'

export interface LoopOptions {
  readonly client: KubeClient
  readonly objects: Objects
  readonly settings: Settings
  readonly gateways: Acknowledgements
  readonly systemNamespace: string
  readonly clusterDomain: string
  readonly clock: Clock
  readonly log: Log
}

/** The reconcilers of Serving, each as a loop that runs while this replica leads. */
export interface Loops {
  readonly all: readonly ReconcileLoop[]
  /** For {@link Acknowledgements}: what gateways serve has changed for this KIngress. */
  ingressProgress(key: ObjectKey): void
}

export function reconcileLoops(options: LoopOptions): Loops {
  const { client, objects, settings, gateways, systemNamespace, clusterDomain, clock, log } = options
  const recorderOf = (component: string): EventRecorder => createEventRecorder({ client, component: `${component}-controller`, log, clock })
  const tracker = new Tracker()
  objects.routes.informer.onChange(({ before, after }) => {
    if (after === undefined && before !== undefined) tracker.forget(keyOf(before))
  })
  const loop = (name: string, reconcile: Reconcile, triggers: readonly Trigger[]): ReconcileLoop =>
    createReconcileLoop({ name, reconcile, triggers, workers: 8, log, clock })

  const serviceRecorder = recorderOf('service')
  const service = new ServiceReconciler(objects, serviceRecorder)
  const configurationRecorder = recorderOf('configuration')
  const configuration = new ConfigurationReconciler(objects.revisions, configurationRecorder, clock)
  const revisionRecorder = recorderOf('revision')
  let revisionLoop: ReconcileLoop | undefined
  const digests = new DigestResolver((key) => {
    const [namespace = '', name = ''] = key.split('/')
    revisionLoop?.enqueue({ namespace, name })
  })
  const revision = new RevisionReconciler(objects, { client, recorder: revisionRecorder, digests, settings: () => settings.revision() })
  const routeRecorder = recorderOf('route')
  const route = new RouteReconciler(objects, { recorder: routeRecorder, clock, tracker, settings: () => settings.route() })
  const labelerRecorder = recorderOf('labeler')
  const labeler = new LabelerReconciler(objects, clock)
  const sksRecorder = recorderOf('serverlessservice')
  const activatorService = `${systemNamespace}/activator-service`
  const sks = new ServerlessServiceReconciler(objects, activatorService)
  const ingressRecorder = recorderOf('ingress')
  const ingress = new IngressReconciler(gateways, clusterDomain)
  const gc = new GcReconciler(objects, () => settings.gc(), clock)

  revisionLoop = loop(
    'revision',
    enveloped(
      { objects: objects.revisions, conditions: revisionConditions, reconcile: (r) => revision.reconcile(r) },
      { recorder: revisionRecorder, clock }
    ),
    [
      triggeredBy(objects.revisions.informer),
      triggeredBy(objects.deployments.informer, controllerKeys(revisions)),
      triggeredBy(objects.podAutoscalers.informer, controllerKeys(revisions)),
      triggeredBy(objects.pods.informer, labelled(revisionLabel))
    ]
  )
  const routeLoop = loop(
    'route',
    enveloped(
      { objects: objects.routes, conditions: routeConditions, reconcile: (r) => route.reconcile(r) },
      { recorder: routeRecorder, clock }
    ),
    [
      triggeredBy(objects.routes.informer),
      triggeredBy(objects.configurations.informer, tracker.routesOf),
      triggeredBy(objects.revisions.informer, tracker.routesOf),
      triggeredBy(objects.ingresses.informer, controllerKeys(routes)),
      triggeredBy(objects.services.informer, controllerKeys(routes))
    ]
  )
  const ingressLoop = loop(
    'ingress',
    enveloped(
      {
        objects: objects.ingresses,
        conditions: ingressConditions,
        finalizer: ingressFinalizer,
        mine: isOurs,
        reconcile: (i, signal) => ingress.reconcile(i, signal),
        finalize: (i) => ingress.finalize(i)
      },
      { recorder: ingressRecorder, clock }
    ),
    [triggeredBy(objects.ingresses.informer)]
  )
  const gcLoop = loop('gc', (key) => gc.reconcile(key), [
    triggeredBy(objects.configurations.informer),
    triggeredBy(objects.revisions.informer, controllerKeys(configurations))
  ])
  const all = [
    loop(
      'service',
      enveloped(
        { objects: objects.knativeServices, conditions: serviceConditions, reconcile: (s) => service.reconcile(s) },
        { recorder: serviceRecorder, clock }
      ),
      [
        triggeredBy(objects.knativeServices.informer),
        triggeredBy(objects.configurations.informer, controllerKeys(knativeServices)),
        triggeredBy(objects.routes.informer, controllerKeys(knativeServices))
      ]
    ),
    loop(
      'configuration',
      enveloped(
        { objects: objects.configurations, conditions: configurationConditions, reconcile: (c) => configuration.reconcile(c) },
        { recorder: configurationRecorder, clock }
      ),
      [triggeredBy(objects.configurations.informer), triggeredBy(objects.revisions.informer, controllerKeys(configurations))]
    ),
    revisionLoop,
    routeLoop,
    loop(
      'labeler',
      enveloped(
        {
          objects: objects.routes,
          conditions: routeConditions,
          finalizer: routeFinalizer,
          writesStatus: false,
          reconcile: (r) => labeler.reconcile(r),
          finalize: (r) => labeler.finalize(r)
        },
        { recorder: labelerRecorder, clock }
      ),
      [
        triggeredBy(objects.routes.informer),
        triggeredBy(objects.configurations.informer, tracker.routesOf),
        triggeredBy(objects.revisions.informer, tracker.routesOf)
      ]
    ),
    loop(
      'serverlessservice',
      enveloped(
        { objects: objects.serverlessServices, conditions: serverlessServiceConditions, reconcile: (s) => sks.reconcile(s) },
        { recorder: sksRecorder, clock }
      ),
      [
        triggeredBy(objects.serverlessServices.informer),
        triggeredBy(objects.services.informer, controllerKeys(serverlessServices)),
        triggeredBy(objects.endpointSlices.informer, (slice) =>
          // Which activators stand before a revision depends on all of them.
          `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel]}` === activatorService
            ? objects.serverlessServices.list().map(keyOf)
            : labelled(serverlessServiceLabel)(slice)
        )
      ]
    ),
    gcLoop,
    ingressLoop
  ]
  const resynced = { revision: revisionLoop, route: routeLoop, gc: gcLoop }
  settings.onChange((what) => resynced[what].resync())
  return {
    all,
    ingressProgress: (key) => ingressLoop.enqueue(key)
  }
}

/** The object of the same namespace that a label names. */
const labelled =
  (label: string) =>
  (object: KubeObject): readonly ObjectKey[] => {
    const name = object.metadata.labels?.[label]
    return name === undefined ? [] : [{ namespace: object.metadata.namespace ?? '', name }]
  }
