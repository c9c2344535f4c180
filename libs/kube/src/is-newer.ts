import type { KubeObject } from '@knative-ts/api'

/** Whether `a` is a later state than `b`. Resource versions of one kind are decimal numbers that only grow (Kubernetes 1.35 promises it; every server so far did so). */
export function isNewer(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '']
  return left.length === right.length ? left > right : left.length > right.length
}
