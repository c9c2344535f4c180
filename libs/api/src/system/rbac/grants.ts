/** What each role of either part may do. */
import type { AnyRole } from '../parts.ts'
import { eventingClusterGrants, eventingNamespaceGrants } from './eventing-grants.ts'
import type { Grant } from './grant.ts'
import { servingClusterGrants, servingNamespaceGrants } from './serving-grants.ts'

/** In every namespace. */
export const clusterGrants: Readonly<Record<AnyRole, readonly Grant[]>> = { ...servingClusterGrants, ...eventingClusterGrants }

/** In its own namespace alone. */
export const namespaceGrants: Readonly<Record<AnyRole, readonly Grant[]>> = { ...servingNamespaceGrants, ...eventingNamespaceGrants }
