/** Fields of pods behind features that Kubernetes 1.34 ships turned off: the server drops them. */
import type * as k8s from '@knative-ts/api/kubernetes'

/** In place. */
export function dropDisabled(spec: k8s.PodSpec): void {
  delete spec.hostnameOverride
  const images = new Set((spec.volumes ?? []).flatMap(({ name, image }) => (image == null ? [] : [name])))
  if (images.size > 0 && spec.volumes !== undefined) spec.volumes = spec.volumes.filter(({ image }) => image == null)
  for (const volume of spec.volumes ?? []) {
    for (const source of volume.projected?.sources ?? []) {
      delete source.clusterTrustBundle
      delete source.podCertificate
    }
  }
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]) {
    delete container.restartPolicyRules
    if (container.restartPolicy !== 'Always' || spec.initContainers?.includes(container as k8s.Container) !== true)
      delete container.restartPolicy
    if (images.size > 0 && container.volumeMounts !== undefined)
      container.volumeMounts = container.volumeMounts.filter(({ name }) => !images.has(name))
    if (container.lifecycle?.stopSignal !== undefined) delete container.lifecycle.stopSignal
    for (const { valueFrom } of container.env ?? []) if (valueFrom?.fileKeyRef !== undefined) delete valueFrom.fileKeyRef
  }
}
