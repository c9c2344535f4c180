import {
  apiVersionOf,
  defaultContainerAnnotation,
  deploymentHashLabel,
  firstOf,
  fnv32a,
  initialScaleAnnotations,
  progressDeadlineAnnotations,
  revisionLabel,
  type Revision
} from '@knative-ts/api'
import { deployments, type Affinity, type Deployment, type PodSpec } from '@knative-ts/api/kubernetes'
import { deploymentNameOf, labelsOf, podAnnotationsOf, selectorOf } from './names-of.ts'
import { queueProxyOf, queueProxyVolumesOf } from './queue-proxy-of.ts'
import type { RevisionSettings } from './revision-settings.ts'
import { durationSeconds } from './duration-seconds.ts'
import { servingContainerOf } from './serving-port.ts'
import { userContainerOf } from './user-container-of.ts'
import { varLogVolume, withVarLog } from './var-log.ts'

/** The Deployment that runs a revision. `digests`: image by container name; '' or absent where the tag stays. */
export function deploymentOf(revision: Revision, digests: ReadonlyMap<string, string>, settings: RevisionSettings): Deployment {
  const { annotations = {}, name = '', namespace = '' } = revision.metadata
  const deadline = firstOf(annotations, progressDeadlineAnnotations)
  const labels = labelsOf(revision)
  const own = podAnnotationsOf(revision)
  const made: Deployment = {
    apiVersion: apiVersionOf(deployments),
    kind: deployments.kind,
    metadata: { name: deploymentNameOf(revision), namespace, labels, annotations: own },
    spec: {
      replicas: Number(firstOf(annotations, initialScaleAnnotations) ?? settings.initialScale),
      progressDeadlineSeconds: deadline === undefined ? settings.progressDeadlineSeconds : durationSeconds(deadline),
      revisionHistoryLimit: 0,
      selector: { matchLabels: selectorOf(revision) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: { ...own, [defaultContainerAnnotation]: servingContainerOf(revision.spec).name ?? '' } },
        spec: podSpecOf(revision, digests, settings, name)
      }
    }
  }
  return { ...made, metadata: { ...made.metadata, labels: { ...labels, [deploymentHashLabel]: hashOf(made) } } }
}

function podSpecOf(revision: Revision, digests: ReadonlyMap<string, string>, settings: RevisionSettings, name: string): PodSpec {
  const {
    containerConcurrency: _cc,
    timeoutSeconds = 0,
    responseStartTimeoutSeconds: _start,
    idleTimeoutSeconds: _idle,
    containers,
    ...pod
  } = revision.spec
  const links = pod.enableServiceLinks ?? settings.enableServiceLinks
  const runtimeClassName = pod.runtimeClassName ?? settings.runtimeClassNameFor(revision.metadata.labels ?? {})
  const affinity = pod.affinity ?? (settings.spreadOverNodes ? spread(name) : undefined)
  const logs = settings.varLogCollection ? [varLogVolume] : []
  const volumes = [...(pod.volumes ?? []), ...logs, ...queueProxyVolumesOf(revision, settings)]
  const spec = {
    ...pod,
    containers: [
      ...containers
        .map((c) => userContainerOf(revision, c, digests.get(c.name ?? '') || (c.image ?? ''), settings.multiContainerProbing))
        .map((container) => (settings.varLogCollection ? withVarLog(container) : container)),
      queueProxyOf(revision, settings)
    ],
    ...(pod.initContainers === undefined ? {} : { initContainers: pod.initContainers.map(withWords) }),
    terminationGracePeriodSeconds: timeoutSeconds,
    ...(links === undefined ? {} : { enableServiceLinks: links }),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(volumes.length === 0 ? {} : { volumes })
  }
  // Fields that the Revision's schema only passes through are Kubernetes' own.
  return spec as unknown as PodSpec
}

/** What a failing init container wrote last is what the user gets to see. */
function withWords<C extends { readonly terminationMessagePolicy?: string }>(container: C): C {
  return { ...container, terminationMessagePolicy: container.terminationMessagePolicy ?? 'FallbackToLogsOnError' }
}

/** Lose as little as possible with one node. */
function spread(name: string): Affinity {
  const labelSelector = { matchLabels: { [revisionLabel]: name } }
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector }
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } }
}

/** Tells whether what should be has changed; what somebody edited in the Deployment itself does not count. */
function hashOf({ metadata, spec }: Deployment): string {
  return fnv32a(JSON.stringify([spec, metadata.annotations, metadata.labels])).toString(36)
}
