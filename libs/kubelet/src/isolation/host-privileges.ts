/** What of a security context a program of this machine can be given: a user, groups, no new privileges, fewer capabilities, by setpriv(1) of util-linux. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Blocked } from '../runtime/blocked.ts'
import { checkNonRoot } from '../runtime/non-root.ts'
import { capabilityMask, capabilityNames, UnknownCapability } from './capabilities.ts'

/** The agent as the kernel sees it. */
export interface Agent {
  readonly uid: number
  /** setpriv(1) is there. */
  readonly hasSetpriv: boolean
}

/** Rights to files: the program's own are those of this machine, in whosever directory they are. */
const kept = ['DAC_OVERRIDE', 'DAC_READ_SEARCH']

/** This process. */
export function thisAgent(): Agent {
  return { uid: process.getuid?.() ?? 0, hasSetpriv: isOnPath('setpriv') }
}

/**
 * The words before a program's own. Throws {@link Blocked} when the context asks for a user that the program cannot be. `runAsNonRoot` alone, seccomp,
 * and a read-only root are not applied: the program is one of this machine, and its user is the agent's.
 */
export function hostPrivileges(pod: k8s.Pod, container: k8s.Container, agent: Agent): string[] {
  const own = container.securityContext ?? {}
  const shared = pod.spec?.securityContext ?? {}
  const uid = own.runAsUser ?? shared.runAsUser
  checkNonRoot(pod, container, undefined)
  const words = [...userWords(uid, own.runAsGroup ?? shared.runAsGroup, shared, agent), ...limitWords(own, agent)]
  return words.length === 0 ? [] : ['setpriv', ...words, '--']
}

function userWords(uid: number | undefined, gid: number | undefined, shared: k8s.PodSecurityContext, agent: Agent): string[] {
  const groups = [...(shared.supplementalGroups ?? []), ...(shared.fsGroup === undefined ? [] : [shared.fsGroup])]
  const isOther = uid !== undefined && uid !== agent.uid
  if (!isOther && gid === undefined && (groups.length === 0 || agent.uid !== 0)) return []
  const asked = isOther ? `runAsUser ${uid}` : gid === undefined ? `groups ${groups.join(', ')}` : `runAsGroup ${gid}`
  if (agent.uid !== 0)
    throw new Blocked(
      'CreateContainerError',
      `securityContext asks for ${asked}, and this node agent runs as user ${agent.uid}, who cannot become another: run standalone as root, or leave it out`
    )
  if (!agent.hasSetpriv)
    throw new Blocked('CreateContainerError', `securityContext asks for ${asked}, which needs setpriv: install util-linux, or leave it out`)
  const all = [...new Set(groups)]
  // The machine's root group would be more than the pod asks for.
  const own = gid ?? uid ?? 0
  return [`--reuid=${uid ?? 0}`, `--regid=${own}`, all.length === 0 ? '--clear-groups' : `--groups=${all.join(',')}`]
}

function limitWords(context: k8s.SecurityContext, agent: Agent): string[] {
  if (context.privileged === true || !agent.hasSetpriv) return []
  const words = context.allowPrivilegeEscalation === false ? ['--no-new-privs'] : []
  const { capabilities } = context
  // Another user has none of these that could be taken away.
  if (agent.uid !== 0 || capabilities === undefined) return words
  const mask = maskOf(capabilities)
  const left = capabilityNames.filter((name, index) => kept.includes(name) || (mask & (1n << BigInt(index))) !== 0n)
  return [...words, `--bounding-set=-all,${left.map((name) => `+${name.toLowerCase()}`).join(',')}`]
}

function maskOf(capabilities: k8s.Capabilities): bigint {
  try {
    return capabilityMask(capabilities)
  } catch (error) {
    if (error instanceof UnknownCapability) throw new Blocked('CreateContainerError', error.message)
    throw error
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      // Not there: that is the answer.
      return false
    }
  })
}
