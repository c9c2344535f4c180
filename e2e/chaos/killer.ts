/** Ends processes of roles as a machine that runs out of memory does: without a word to them, at moments that a seed decides. */
import { readFileSync } from 'node:fs'
import { descendants } from '../rig/processes.ts'

export interface Killer {
  /** How often each role was killed. */
  readonly kills: Readonly<Record<string, number>>
  stop(): Promise<void>
}

export interface KillerOptions {
  /** The standalone whose pods they are. */
  readonly root: number
  readonly roles: readonly string[]
  /** Milliseconds between two kills: from the first to the second. */
  readonly everyMs: readonly [number, number]
  /** 0 to 1, as Math.random. */
  readonly random: () => number
}

/** The process of a role: the one in a pod of its Deployment or StatefulSet; undefined while there is none. */
export function processOfRole(root: number, role: string): number | undefined {
  return descendants(root).findLast(({ pid, command }) => command.endsWith('/main.mjs') && podNameOf(pid).startsWith(`${role}-`))?.pid
}

function podNameOf(pid: number): string {
  try {
    return /(?:^|\0)POD_NAME=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? ''
  } catch {
    // Ended since it was listed.
    return ''
  }
}

/** False: it has ended by itself since it was found. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Kills until it is stopped; who is not there at his moment is spared. */
export function startKiller({ root, roles, everyMs: [least, most], random }: KillerOptions): Killer {
  const kills: Record<string, number> = Object.fromEntries(roles.map((role) => [role, 0]))
  let timer: NodeJS.Timeout
  const plan = (): void => {
    timer = setTimeout(strike, least + random() * (most - least))
  }
  const strike = (): void => {
    const role = roles[Math.floor(random() * roles.length)] as string
    const pid = processOfRole(root, role)
    if (pid !== undefined && isKilled(pid)) kills[role] = (kills[role] ?? 0) + 1
    plan()
  }
  plan()
  return {
    kills,
    stop: async () => clearTimeout(timer)
  }
}
