import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { removeDeadBridges } from './network/slot.ts'
import { removeEmptyGroups } from './process/cgroups.ts'
import { clearMemory } from './volume/memory-directory.ts'
import { endLeftovers } from './process/ledger.ts'
import { processesMarked, signal } from './process/process-identity.ts'

/** Variable in the environment of every container: says which agent it belongs to. */
export const nodeMark = 'KNATIVE_TS_NODE'

/** The mark's value for a state directory. */
export function nodeMarkOf(stateDirectory: string): string {
  return createHash('sha256').update(resolve(stateDirectory)).digest('hex').slice(0, 16)
}

/**
 * Ends what an agent with this state directory left behind when it was killed: processes that it recorded (pid and start time) or marked, bridges
 * of ours whose agent is dead, empty cgroups, and its files. Never touches what is not ours. Gives the number of processes; they are gone, and
 * what they held (sockets that they inherited too) is free, when it resolves. Rejects when one does not end within 10 s.
 */
export async function cleanUp(stateDirectory: string): Promise<number> {
  const own = join(stateDirectory, 'kubelet')
  if (!existsSync(own)) return 0
  let ended = endLeftovers(own)
  if (existsSync('/proc/self/environ')) {
    for (const pid of processesMarked(nodeMark, nodeMarkOf(own))) {
      signal(pid, 'SIGKILL')
      ended++
    }
    if (ended > 0) await markedGone(nodeMarkOf(own))
  }
  // Only root makes bridges, and only root can remove them.
  if (process.getuid?.() === 0 && existsSync('/sys/class/net')) await removeDeadBridges()
  removeEmptyGroups(nodeMarkOf(own))
  clearMemory(nodeMarkOf(own))
  rmSync(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  return ended
}

/** A signal is sent at once and acted on later: until then a gateway keeps the port that the next start wants. */
async function markedGone(mark: string): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const left = processesMarked(nodeMark, mark)
    if (left.length === 0) return
    if (performance.now() > deadline) throw new Error(`processes ${left.join(', ')} of an earlier run do not end, not even by SIGKILL`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
