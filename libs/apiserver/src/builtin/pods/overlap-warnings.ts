/** Warnings of files of one volume that lie over each other. */
import type * as k8s from '@knative-ts/api/kubernetes'

interface File {
  readonly path: string
  /** Where the file comes from; empty where the volume says so already. */
  readonly source: string
}

const text = ({ path, source }: File) => (source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`)

const filesOf = (items: readonly { readonly path?: string }[] | undefined, source: string): File[] =>
  (items ?? []).map(({ path = '' }) => ({ path: path.replace(/\/+$/, ''), source }))

const clash = (a: File, b: File) =>
  a.path !== '' && b.path !== '' && (`${a.path}/`.startsWith(`${b.path}/`) || `${b.path}/`.startsWith(`${a.path}/`))

const overlapsOf = (files: readonly File[]): string[] =>
  files.flatMap((file, index) =>
    files.slice(0, index).flatMap((other) => (clash(file, other) ? [`${text(file)} with ${text(other)}`] : []))
  )

export function overlapWarnings(volumes: readonly k8s.Volume[]): string[] {
  return volumes.flatMap(({ name, configMap, secret, downwardAPI, projected }) => {
    const told = (what: string, files: readonly File[]) =>
      overlapsOf(files).map((overlap) => `volume ${JSON.stringify(name)} (${what}): overlapping paths: ${overlap}`)
    const empty = (projected?.sources ?? []).filter((source) => Object.keys(source).length === 0)
    return [
      ...told(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`, filesOf(configMap?.items, '')),
      ...told(`Secret ${JSON.stringify(secret?.secretName ?? '')}`, filesOf(secret?.items, '')),
      ...told('DownwardAPI', filesOf(downwardAPI?.items, '')),
      ...empty.map(() => `volume ${JSON.stringify(name)} (Projected) has no sources provided`),
      ...told('Projected', (projected?.sources ?? []).flatMap(projectedFiles))
    ]
  })
}

function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle: trust }: k8s.VolumeProjection): File[] {
  if (configMap?.items != null) return filesOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`)
  if (secret?.items != null) return filesOf(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`)
  if (downwardAPI?.items != null) return filesOf(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken != null) return filesOf([serviceAccountToken], 'ServiceAccountToken')
  return trust == null ? [] : filesOf([trust], `ClusterTrustBundle ${JSON.stringify(trust.name ?? trust.signerName ?? '')}`)
}
