import { z } from 'zod'
import type * as k8s from '../../kubernetes/index.ts'
import { int32, int64, preserved, quantity } from '../../schema/wire.ts'

const keyToPath = z.object({ key: z.string(), mode: int32().exactOptional(), path: z.string() })
const items = z.array(keyToPath).exactOptional()
const optional = z.boolean().exactOptional()
const defaultMode = int32().exactOptional()
const refName = z.string().exactOptional().meta({ default: '' })

const downwardItem = z.object({
  fieldRef: z
    .object({ apiVersion: z.string().exactOptional(), fieldPath: z.string() })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .exactOptional(),
  mode: int32().exactOptional(),
  path: z.string(),
  resourceFieldRef: z
    .object({ containerName: z.string().exactOptional(), divisor: quantity().exactOptional(), resource: z.string() })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .exactOptional()
})

export const volumeProjectionSchema = z.object({
  configMap: z.object({ items, name: refName, optional }).meta({ 'x-kubernetes-map-type': 'atomic' }).exactOptional(),
  downwardAPI: z.object({ items: z.array(downwardItem).exactOptional() }).exactOptional(),
  secret: z.object({ items, name: refName, optional }).meta({ 'x-kubernetes-map-type': 'atomic' }).exactOptional(),
  serviceAccountToken: z
    .object({ audience: z.string().exactOptional(), expirationSeconds: int64().exactOptional(), path: z.string() })
    .exactOptional()
})

const flagged = <T>(flag: string) => preserved<T>(`Behind the feature flag kubernetes.podspec-${flag}.`).exactOptional()

/** One volume of a revision's pods; exactly one source. */
export const volumeSchema = z.object({
  configMap: z.object({ defaultMode, items, name: refName, optional }).meta({ 'x-kubernetes-map-type': 'atomic' }).exactOptional(),
  csi: flagged<k8s.CSIVolumeSource>('volumes-csi'),
  emptyDir: flagged<k8s.EmptyDirVolumeSource>('volumes-emptydir'),
  ephemeral: flagged<k8s.EphemeralVolumeSource>('volumes-ephemeral'),
  hostPath: flagged<k8s.HostPathVolumeSource>('volumes-hostpath'),
  image: flagged<k8s.ImageVolumeSource>('volumes-image'),
  name: z.string(),
  persistentVolumeClaim: flagged<k8s.PersistentVolumeClaimVolumeSource>('persistent-volume-claim'),
  projected: z.object({ defaultMode, sources: z.array(volumeProjectionSchema).exactOptional() }).exactOptional(),
  secret: z.object({ defaultMode, items, optional, secretName: z.string().exactOptional() }).exactOptional()
})

/** One volume of a revision's pods. */
export type Volume = z.infer<typeof volumeSchema>
/** One source of a projected volume. */
export type VolumeProjection = z.infer<typeof volumeProjectionSchema>
