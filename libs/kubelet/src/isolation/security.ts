/** A container's security context, resolved against its image. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { Blocked } from '../runtime/blocked.ts'
import { readFileSync } from 'node:fs'
import { capabilityMask, ownCapabilities, UnknownCapability } from './capabilities.ts'
import type { Credentials } from './credentials.ts'
import { maskedPaths, readOnlyPaths } from './mounts.ts'
import { resolveUser, type UserDatabases } from './user.ts'

/** The unpacked files of an image. */
export interface ImageRoot extends UserDatabases {
  /** Layers below `directory`, the topmost first. */
  readonly directory: string
  readonly layers: readonly string[]
}

/** What a container may do. */
export interface Security {
  readonly credentials: Credentials
  /** The user's directory; '' where the image knows none. */
  readonly home: string
  readonly privileged: boolean
  readonly readOnlyRoot: boolean
  readonly masked: readonly string[]
  readonly readOnly: readonly string[]
}

/** `declared` is the image's user. Throws {@link Blocked} with the kubelet's reason and words. */
export function securityOf(pod: k8s.Pod, container: k8s.Container, declared: string, databases: UserDatabases): Security {
  const context = container.securityContext ?? {}
  const own = ownCapabilities(readFileSync('/proc/self/status', 'utf8'))
  try {
    const { home, ...user } = resolveUser(pod, container, declared, databases)
    const privileged = context.privileged === true
    const unmasked = privileged || context.procMount === 'Unmasked'
    return {
      credentials: {
        ...user,
        // As container runtimes do, what cannot be given is left out rather than refused.
        capabilities: capabilityMask(context.capabilities, privileged) & own,
        noNewPrivileges: context.allowPrivilegeEscalation === false && !privileged
      },
      home,
      privileged,
      readOnlyRoot: context.readOnlyRootFilesystem === true,
      masked: unmasked ? [] : maskedPaths,
      readOnly: unmasked ? [] : readOnlyPaths
    }
  } catch (error) {
    if (error instanceof UnknownCapability) throw new Blocked('CreateContainerError', error.message)
    throw error
  }
}
