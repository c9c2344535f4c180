/** Kubernetes' Volume as Go types (core/v1), as far as Serving takes it. */
import { fieldSelector, localReference, resourceSelector } from './container-shape.ts'
import { always, bool, embedded, int32, int64, list, map, opaque, pointer, quantity, string, struct, value } from './shape.ts'

const items = value(list(struct('v1.KeyToPath', { key: always(string), path: always(string), mode: pointer(int32) })))
const optional = pointer(bool)
export const defaultMode = pointer(int32)
const name = embedded('LocalObjectReference', { name: value(string) })

const downwardFile = struct('v1.DownwardAPIVolumeFile', {
  path: always(string),
  fieldRef: pointer(fieldSelector),
  resourceFieldRef: pointer(resourceSelector),
  mode: pointer(int32)
})

export const projection = struct('v1.VolumeProjection', {
  secret: pointer(struct('v1.SecretProjection', { ...name, items, optional })),
  downwardAPI: pointer(struct('v1.DownwardAPIProjection', { items: value(list(downwardFile)) })),
  configMap: pointer(struct('v1.ConfigMapProjection', { ...name, items, optional })),
  serviceAccountToken: pointer(
    struct('v1.ServiceAccountTokenProjection', { audience: value(string), expirationSeconds: pointer(int64), path: always(string) })
  )
})

const claimTemplate = struct('v1.PersistentVolumeClaimTemplate', {
  metadata: always(opaque('v1.ObjectMeta')),
  spec: always(opaque('v1.PersistentVolumeClaimSpec'))
})

export const volume = struct('v1.Volume', {
  name: always(string),
  ...embedded('VolumeSource', {
    hostPath: pointer(struct('v1.HostPathVolumeSource', { path: always(string), type: pointer(string) })),
    emptyDir: pointer(struct('v1.EmptyDirVolumeSource', { medium: value(string), sizeLimit: pointer(quantity) })),
    secret: pointer(struct('v1.SecretVolumeSource', { secretName: value(string), items, defaultMode, optional })),
    persistentVolumeClaim: pointer(struct('v1.PersistentVolumeClaimVolumeSource', { claimName: always(string), readOnly: value(bool) })),
    configMap: pointer(struct('v1.ConfigMapVolumeSource', { ...name, items, defaultMode, optional })),
    projected: pointer(struct('v1.ProjectedVolumeSource', { sources: always(list(projection)), defaultMode })),
    csi: pointer(
      struct('v1.CSIVolumeSource', {
        driver: always(string),
        readOnly: pointer(bool),
        fsType: pointer(string),
        volumeAttributes: value(map(string)),
        nodePublishSecretRef: pointer(localReference)
      })
    ),
    ephemeral: pointer(struct('v1.EphemeralVolumeSource', { volumeClaimTemplate: pointer(claimTemplate) })),
    image: pointer(struct('v1.ImageVolumeSource', { reference: value(string), pullPolicy: value(string) }))
  })
})
