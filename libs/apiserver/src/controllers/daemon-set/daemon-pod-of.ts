import { daemonSets, type DaemonSet, type Pod } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { revisionLabel } from '../controller-revision/revisions.ts'
import { daemonTolerations } from './node-fit.ts'

const generationLabel = 'pod-template-generation'
const generationAnnotation = 'deprecated.daemonset.template.generation'

/** The pod for one node, pinned to it by affinity so that whoever schedules pods puts it there and nowhere else. */
export function daemonPodOf(set: DaemonSet, node: string, hash: string): Pod {
  const { metadata = {}, spec = { containers: [] } } = set.spec?.template ?? {}
  const { labels, annotations, finalizers } = metadata
  const generation = set.metadata.annotations?.[generationAnnotation] ?? '1'
  const { nodeAffinity, ...affinity } = spec.affinity ?? {}
  const onNode = [{ key: 'metadata.name', operator: 'In', values: [node] }]
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...labels, [revisionLabel]: hash, [generationLabel]: generation },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerRefOf(set, daemonSets)]
    },
    spec: {
      ...spec,
      affinity: {
        ...affinity,
        nodeAffinity: {
          ...nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms.map((term) => ({ ...term, matchFields: onNode })) }
        }
      },
      tolerations: [...(spec.tolerations ?? []), ...daemonTolerations]
    }
  }
}

/** The node that a pod is on, or is meant for. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === 'metadata.name')?.values?.[0]
}
