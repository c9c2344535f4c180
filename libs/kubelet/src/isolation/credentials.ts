/** Gives up privileges, as runc does: bounding set, groups, user, capabilities, no_new_privs. */
import { capabilityNames } from './capabilities.ts'
import { kernel } from './kernel.ts'
import type { Program } from './launcher/program.ts'

/** Who a container's program is. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  /** Supplementary groups. */
  readonly groups: readonly number[]
  /** Mask of capabilities. */
  readonly capabilities: bigint
  readonly noNewPrivileges: boolean
}

/** The program becomes that user. The order matters: each step needs what the next one takes away. */
export function takeCredentials(program: Program, { uid, gid, groups, capabilities, noNewPrivileges }: Credentials): void {
  for (let number = 0; number < capabilityNames.length; number++) {
    if ((capabilities & (1n << BigInt(number))) !== 0n) continue
    // A kernel that does not know so many capabilities has none to drop.
    program.call('prctl', [kernel.PR_CAPBSET_DROP, number, 0, 0, 0], { mayFail: true })
  }
  const list = program.bytes(Buffer.from(new Uint32Array(groups).buffer))
  program.call('setgroups', [groups.length, list], { doing: 'set supplementary groups' })
  program.call('setresgid', [gid, gid, gid], { doing: `become group ${gid}` })
  program.call('setresuid', [uid, uid, uid], { doing: `become user ${uid}` })
  // Root keeps its set over the execution of a program; another user keeps none, and programs with file capabilities get at most the bounding set.
  const kept = uid === 0 ? capabilities : 0n
  const [low, high] = [Number(kept & 0xffff_ffffn), Number(kept >> 32n)]
  const header = program.bytes(Buffer.from(new Uint32Array([kernel.CAPABILITY_VERSION_3, 0]).buffer))
  const sets = program.bytes(Buffer.from(new Uint32Array([low, low, 0, high, high, 0]).buffer))
  program.call('capset', [header, sets], { doing: 'set capabilities' })
  if (noNewPrivileges) program.call('prctl', [kernel.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0])
  // Changing the user has cancelled what the process asked for when it was made.
  program.call('prctl', [kernel.PR_SET_PDEATHSIG, kernel.SIGKILL])
}
