import type * as k8s from '@knative-ts/api/kubernetes'

const path = '/var/log'

/** What user containers write to /var/log, kept on the node: collectors find it by the name of its folder. */
export const varLogVolume: k8s.Volume = { name: 'knative-var-log', emptyDir: {} }

/** The container with /var/log in a folder of its own, `NAMESPACE_POD_CONTAINER`; unchanged where the user mounts something there. */
export function withVarLog(container: k8s.Container): k8s.Container {
  const mounts = container.volumeMounts ?? []
  if (mounts.some(({ mountPath }) => mountPath === path || mountPath === `${path}/`)) return container
  const subPathExpr = `$(K_INTERNAL_POD_NAMESPACE)_$(K_INTERNAL_POD_NAME)_${container.name}`
  return {
    ...container,
    volumeMounts: [...mounts, { name: varLogVolume.name, mountPath: path, subPathExpr }],
    env: [
      ...(container.env ?? []),
      ofField('K_INTERNAL_POD_NAME', 'metadata.name'),
      ofField('K_INTERNAL_POD_NAMESPACE', 'metadata.namespace')
    ]
  }
}

const ofField = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })
