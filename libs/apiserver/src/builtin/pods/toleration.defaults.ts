/** Admission plugin DefaultTolerationSeconds: pods stay five minutes on a node that is lost. */
import type * as k8s from '@knative-ts/api/kubernetes'

const SECONDS = 300

/** In place. */
export function tolerateLostNodes(spec: k8s.PodSpec): void {
  const given = spec.tolerations ?? []
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !given.some((one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect)))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }))
  if (added.length > 0) spec.tolerations = [...given, ...added]
}
