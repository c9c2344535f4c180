/** The autoscaler as one object: informers, collectors, deciders and loops, wired without a container. */
import {
  configurationLabel,
  keyOf,
  hpaClass,
  kpaClass,
  metrics,
  parseAutoscalerConfig,
  parseDeploymentConfig,
  parseNetworkConfig,
  podAutoscalerConditions,
  podAutoscalers,
  revisionLabel,
  serverlessServices,
  serviceLabel,
  type KubeObject,
  type Metric,
  type ObjectKey,
  type PodAutoscaler
} from '@knative-ts/api'
import { deployments, endpointSlices, horizontalPodAutoscalers, pods, type Pod } from '@knative-ts/api/kubernetes'
import {
  controllerKeys,
  createBucketedLoop,
  createEventRecorder,
  createInformerFactory,
  enveloped,
  Kept,
  triggeredBy,
  watchConfig,
  watchTelemetry,
  type BucketedLoop,
  type Clock,
  type KubeClient,
  type Log,
  type TelemetryConfig
} from '@knative-ts/kube'
import { Deciders } from './deciding/deciders.ts'
import { HpaReconciler } from './hpa/hpa.reconciler.ts'
import { metricReconciler } from './metric/metric.reconciler.ts'
import { MetricCollector } from './metrics/metric-collector.ts'
import { ScrapeLoop } from './metrics/scrape-loop.ts'
import { createAskService, type Ask } from './metrics/ask.ts'
import type { Intake } from './metrics/stat-intake.grpc.ts'
import { probeActivator } from './pod-autoscaler/activator-probe.ts'
import { countPods, isServing } from './pod-autoscaler/pod-counts.ts'
import { trimmedDeployment, trimmedPod, trimmedSlice } from './pod-autoscaler/trimmed.ts'
import { PodAutoscalerReconciler } from './pod-autoscaler/pod-autoscaler.reconciler.ts'

export interface AutoscalerOptions {
  readonly client: KubeClient
  readonly systemNamespace: string
  /** Asks one pod. */
  readonly ask: Ask
  /** Asks whichever pod a Service leads to; over HTTP unless a test says otherwise. */
  readonly askService?: Ask
  /** Default: cluster.local. */
  readonly clusterDomain?: string
  readonly clock: Clock
  readonly log: Log
  /** Gets what the configuration says of this role's logs, metrics and profiles. */
  readonly observe?: (config: TelemetryConfig) => void
}

export interface RevisionFacts {
  /** Names of the Service and of the Configuration that it belongs to; undefined when it does to none. */
  readonly service: string | undefined
  readonly configuration: string | undefined
  /** Pods that its Deployment is told to have; undefined while there is none. */
  readonly requested: number | undefined
}

export interface Autoscaler {
  /** Takes statistics in, on every replica: one that takes over later knows the load already. */
  readonly intake: Intake
  readonly deciders: Deciders
  readonly countPods: (key: ObjectKey) => ReturnType<typeof countPods>
  /** What metrics say of a revision beside its load. */
  readonly describe: (key: ObjectKey) => RevisionFacts
  /** Resolves when the caches are filled. */
  start(signal: AbortSignal): Promise<void>
  /** Decides and writes for the revisions that `accepts` says yes to (default: all), until `signal` aborts: what the leader of a bucket does. */
  lead(signal: AbortSignal, accepts?: Accepts): Promise<void>
}

type Accepts = (key: ObjectKey) => boolean

const classOf = (pa: PodAutoscaler): string => pa.metadata.annotations?.['autoscaling.knative.dev/class'] ?? kpaClass

export function createAutoscaler(options: AutoscalerOptions): Autoscaler {
  const { client, systemNamespace, ask, clock, log, observe = () => undefined } = options
  const factory = createInformerFactory(client, { log, managedFields: 'dropped' })
  watchTelemetry({ factory, namespace: systemNamespace, component: 'autoscaler', apply: observe, log })
  const revisionPods = factory.informer(pods, {
    labelSelector: revisionLabel,
    trim: trimmedPod,
    indexes: { revision: (pod: Pod) => [`${pod.metadata.namespace}/${pod.metadata.labels?.[revisionLabel] ?? ''}`] }
  })
  const publicSlices = factory.informer(endpointSlices, {
    trim: trimmedSlice,
    labelSelector: 'networking.internal.knative.dev/serviceType=Public',
    indexes: { service: (slice) => [`${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`] }
  })
  const targets = factory.informer(deployments, { labelSelector: revisionLabel, trim: trimmedDeployment })
  const kept = {
    podAutoscalers: new Kept(client, factory.informer(podAutoscalers)),
    serverlessServices: new Kept(client, factory.informer(serverlessServices)),
    metrics: new Kept<Metric>(client, factory.informer(metrics)),
    horizontalPodAutoscalers: new Kept(client, factory.informer(horizontalPodAutoscalers, { labelSelector: revisionLabel }))
  }
  const podsOf = (key: ObjectKey): readonly Pod[] => revisionPods.cache.byIndex('revision', `${key.namespace}/${key.name}`)
  const collector = new MetricCollector()
  const terms = new Set<Accepts>()
  const decides: Accepts = (key) => [...terms].some((accepts) => accepts(key))
  const deciders = new Deciders({
    metrics: collector,
    ready: (key) => podsOf(key).filter(isServing).length,
    clock,
    changed: (key) => loops.scale.enqueue(key)
  })
  const resync = (): void => {
    loops.scale.resync()
    loops.hpa.resync()
  }
  const config = watchConfig(factory, systemNamespace, 'config-autoscaler', parseAutoscalerConfig, () => resync(), log)
  const network = watchConfig(factory, systemNamespace, 'config-network', parseNetworkConfig, () => undefined, log)
  const deployment = watchConfig(factory, systemNamespace, 'config-deployment', parseDeploymentConfig, () => resync(), log)
  const scrape = new ScrapeLoop({
    collector,
    decides,
    askService: options.askService ?? createAskService(),
    mesh: () => network.current().meshCompatibilityMode,
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    readyPods: (key) => podsOf(key).filter(isServing),
    ask,
    clock,
    changed: (key) => loops.metric.enqueue(key)
  })

  const scaler = new PodAutoscalerReconciler({
    client,
    serverlessServices: kept.serverlessServices,
    metrics: kept.metrics,
    deployment: (key) => targets.cache.get(key),
    pods: podsOf,
    deciders,
    settings: () => ({ config: config.current(), deployment: deployment.current() }),
    probe: (key) => probeActivator(publicSlices.cache.byIndex('service', `${key.namespace}/${key.name}`)),
    now: () => clock.now()
  })
  const surroundings = { recorder: createEventRecorder({ client, component: 'autoscaler', log, clock }), clock }
  const scalePass = enveloped<PodAutoscaler>(
    {
      objects: kept.podAutoscalers,
      conditions: podAutoscalerConditions,
      mine: (pa) => classOf(pa) === kpaClass,
      reconcile: (pa) => scaler.reconcile(pa as PodAutoscaler & { status: NonNullable<PodAutoscaler['status']> })
    },
    surroundings
  )
  const metricPass = metricReconciler({ metrics: kept.metrics, collector, failure: (key) => scrape.failure(key) }, surroundings)

  const hpa = new HpaReconciler({ ...kept, config: () => config.current() })
  const hpaPass = enveloped<PodAutoscaler>(
    {
      objects: kept.podAutoscalers,
      conditions: podAutoscalerConditions,
      mine: (pa) => classOf(pa) === hpaClass,
      reconcile: (pa) => hpa.reconcile(pa as PodAutoscaler & { status: NonNullable<PodAutoscaler['status']> })
    },
    surroundings
  )
  const ofRevision = ({ metadata: { namespace = '', labels } }: KubeObject): ObjectKey[] => [
    { namespace, name: labels?.[revisionLabel] ?? '' }
  ]
  const serverlessServicesOf = triggeredBy(kept.serverlessServices.informer, controllerKeys(podAutoscalers))
  const loops: Readonly<Record<'scale' | 'hpa' | 'metric', BucketedLoop>> = {
    scale: createBucketedLoop({
      name: 'podautoscaler',
      log,
      clock,
      workers: 8,
      triggers: [
        triggeredBy(kept.podAutoscalers.informer),
        serverlessServicesOf,
        triggeredBy(kept.metrics.informer, controllerKeys(podAutoscalers)),
        triggeredBy(revisionPods, ofRevision),
        triggeredBy(targets, ofRevision)
      ],
      reconcile: async (key, signal) => {
        const pa = kept.podAutoscalers.get(key)
        if (pa === undefined || pa.metadata.deletionTimestamp !== undefined) deciders.forget(key)
        return scalePass(key, signal)
      }
    }),
    hpa: createBucketedLoop({
      name: 'horizontalpodautoscaler',
      log,
      clock,
      triggers: [
        triggeredBy(kept.podAutoscalers.informer),
        serverlessServicesOf,
        triggeredBy(kept.horizontalPodAutoscalers.informer, controllerKeys(podAutoscalers))
      ],
      reconcile: hpaPass
    }),
    metric: createBucketedLoop({ name: 'metric', log, clock, triggers: [triggeredBy(kept.metrics.informer)], reconcile: metricPass })
  }

  // Every replica collects: the windows are warm when it has to take over.
  kept.metrics.informer.onChange(({ before, after }) => {
    if (after !== undefined) collector.update(keyOf(after), after)
    else if (before !== undefined) {
      collector.forget(keyOf(before))
      scrape.forget(keyOf(before))
    }
  })

  return {
    deciders,
    countPods: (key) => countPods(podsOf(key)),
    describe: (key) => {
      const labels = kept.podAutoscalers.get(key)?.metadata.labels
      const target = kept.podAutoscalers.get(key)?.spec.scaleTargetRef.name
      return {
        service: labels?.[serviceLabel],
        configuration: labels?.[configurationLabel],
        requested: target === undefined ? undefined : targets.cache.get({ namespace: key.namespace, name: target })?.spec?.replicas
      }
    },
    intake: (key, report, at = clock.now()) => {
      collector.record(key, at, report)
      if (report.averageConcurrentRequests !== 0) deciders.poke(key)
    },
    start: async (signal) => {
      await factory.start(signal)
      scrape.run(signal)
      deciders.run(signal)
    },
    lead: async (signal, accepts = () => true) => {
      terms.add(accepts)
      await Promise.all(Object.values(loops).map((loop) => loop.run(signal, accepts)))
      terms.delete(accepts)
      deciders.forgetAll(accepts)
    }
  }
}
