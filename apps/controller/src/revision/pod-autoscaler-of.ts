import {
  apiVersionOf,
  classAnnotations,
  firstOf,
  metricAnnotations,
  metricByClass,
  podAutoscalers,
  routingStateLabel,
  type PodAutoscaler,
  type PodAutoscalerSpec,
  type Revision
} from '@knative-ts/api'
import { equalJson } from '@knative-ts/kube'
import { annotationsOf, deploymentNameOf, isAutoscaling, labelsOf } from './names-of.ts'
import { servingPortOf } from './serving-port.ts'

/** Whether requests may come here: `''` while nobody knows. */
export type Reachability = '' | 'Reachable' | 'Unreachable'

/** `broken`: the revision's pods do not start, so there is no use in having them. */
export function reachabilityOf(revision: Revision, broken: boolean): Reachability {
  const state = revision.metadata.labels?.[routingStateLabel]
  if (broken || state === 'reserve') return 'Unreachable'
  return state === 'active' ? 'Reachable' : ''
}

/** How a revision is scaled. `defaultClass` is for revisions that name no autoscaler. */
export function podAutoscalerOf(revision: Revision, reachability: Reachability, defaultClass: string): PodAutoscaler {
  const { name = '', namespace = '' } = revision.metadata
  const { containerConcurrency = 0 } = revision.spec
  const [classKey = ''] = classAnnotations
  const [metricKey = ''] = metricAnnotations
  const given = annotationsOf(revision)
  const metric = metricByClass[firstOf(given, classAnnotations) ?? defaultClass]
  return {
    apiVersion: apiVersionOf(podAutoscalers),
    kind: podAutoscalers.kind,
    metadata: {
      name,
      namespace,
      labels: labelsOf(revision),
      annotations: {
        [classKey]: defaultClass,
        ...(metric === undefined ? {} : { [metricKey]: metric }),
        ...given
      }
    },
    spec: {
      ...(containerConcurrency === 0 ? {} : { containerConcurrency }),
      protocolType: servingPortOf(revision.spec).h2c ? 'h2c' : 'http1',
      ...(reachability === '' ? {} : { reachability }),
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentNameOf(revision) }
    }
  }
}

const setAtBirth: readonly string[] = [...classAnnotations, ...metricAnnotations]

/**
 * The PodAutoscaler to write when spec or scaling annotations differ; undefined when they do not. Annotations for the autoscaler follow
 * the revision's, also when one is taken away; class and metric were filled in at creation and stay.
 */
export function mergedPodAutoscaler(current: PodAutoscaler, desired: PodAutoscaler): PodAutoscaler | undefined {
  const scaling = (map: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(map).filter(([key]) => isAutoscaling(key) && !setAtBirth.includes(key)))
  const wanted = scaling(desired.metadata.annotations)
  const spec: PodAutoscalerSpec = desired.spec
  if (equalJson(normal(current.spec), spec) && equalJson(scaling(current.metadata.annotations), wanted)) return undefined
  const kept = Object.entries(current.metadata.annotations ?? {}).filter(([key]) => !isAutoscaling(key) || setAtBirth.includes(key))
  return { ...current, metadata: { ...current.metadata, annotations: { ...Object.fromEntries(kept), ...wanted } }, spec }
}

/** Zero values that other writers may spell out. */
function normal(spec: PodAutoscalerSpec): PodAutoscalerSpec {
  const { containerConcurrency = 0, reachability = '', ...rest } = spec
  return {
    ...rest,
    ...(containerConcurrency === 0 ? {} : { containerConcurrency }),
    ...(reachability === '' ? {} : { reachability })
  }
}
