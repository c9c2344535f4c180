import type { KubeObject, Resource } from '@knative-ts/api'
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '@knative-ts/api/kubernetes'
import { parts, systemObjects, type PartName } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'

const kinds: Readonly<Record<string, Resource>> = {
  ClusterRole: clusterRoles,
  ClusterRoleBinding: clusterRoleBindings,
  Role: roles,
  RoleBinding: roleBindings
}

/** A role object or binding of an installation: as this checkout has it, and as the cluster does. */
export interface InstalledRight {
  readonly wanted: KubeObject
  readonly installed: KubeObject
}

/** All role objects and bindings of a part that an installation of this checkout has. Rejects when the cluster lacks one. */
export function installedRights(client: KubeClient, part: PartName): Promise<InstalledRight[]> {
  const wanted = systemObjects({ version: '', image: (role) => role }, part).filter(({ kind }) => kind in kinds)
  return Promise.all(
    wanted.map(async (object) => {
      const resource = kinds[object.kind] as Resource
      const namespace = resource.namespaced ? parts[part].namespace : ''
      return { wanted: object, installed: await client.get(resource, { namespace, name: object.metadata.name ?? '' }) }
    })
  )
}

/** When the last of them was written: what was refused before may have been refused for want of it. */
export function lastWritten(rights: readonly InstalledRight[]): Date {
  const times = rights
    // What fills in aggregated rules writes when other roles change.
    .filter(({ wanted }) => !('aggregationRule' in wanted))
    .flatMap(({ installed }) => installed.metadata.managedFields ?? [])
    .map((fields) => Date.parse(String((fields as { readonly time?: string }).time)))
  const newest = Math.max(...times.filter((time) => !Number.isNaN(time)))
  if (!Number.isFinite(newest)) throw new Error('no right of the installation says when it was written (metadata.managedFields)')
  return new Date(newest)
}
