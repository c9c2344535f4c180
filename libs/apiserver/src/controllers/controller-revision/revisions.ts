/** The templates that a StatefulSet or DaemonSet had, as ControllerRevisions: pure. Rules: `k8s.io/kubernetes/pkg/controller/history`. */
import type { KubeObject, Resource } from '@knative-ts/api'
import type { ControllerRevision, PodTemplateSpec } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { sameTemplate, templateHash } from '../deployment/template-hash.ts'

/** On pods: which revision they were made of. */
export const revisionLabel = 'controller-revision-hash'
const hashLabel = 'controller.kubernetes.io/hash'

/** The template that a revision remembers. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec | undefined {
  const { spec } = (revision.data ?? {}) as { spec?: { template?: PodTemplateSpec & { $patch?: string } } }
  if (spec?.template === undefined) return undefined
  const { $patch: _patch, ...template } = spec.template
  return template
}

/** The revision of this template, if there is one. */
export function revisionOf(template: PodTemplateSpec, revisions: readonly ControllerRevision[]): ControllerRevision | undefined {
  return revisions.find((revision) => sameTemplate(templateOf(revision), template))
}

/** The number that makes a revision the newest. */
export const nextNumber = (revisions: readonly ControllerRevision[]): number =>
  Math.max(0, ...revisions.map(({ revision }) => revision)) + 1

/** A new revision of an owner. */
export function newRevision<T extends KubeObject>(
  owner: T,
  resource: Resource<T>,
  template: PodTemplateSpec,
  labels: Readonly<Record<string, string>>,
  number: number
): ControllerRevision {
  const hash = templateHash(template)
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace ?? '',
      labels: { ...labels, [hashLabel]: hash },
      ownerReferences: [controllerRefOf(owner, resource)]
    },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision: number
  }
}

/** DaemonSets label their pods with the hash alone. */
export const hashOf = (revision: ControllerRevision): string => revision.metadata.labels?.[hashLabel] ?? ''

/** Revisions that no pod is of any more, beyond the newest `keep`. */
export function outdated(revisions: readonly ControllerRevision[], live: ReadonlySet<string>, keep: number): ControllerRevision[] {
  const dead = revisions.filter(({ metadata }) => !live.has(metadata.name ?? '')).sort((a, b) => a.revision - b.revision)
  return dead.slice(0, Math.max(dead.length - keep, 0))
}
