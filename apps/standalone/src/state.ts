/** Directories of one run, and the remains of runs that were killed. */
import { lockDataDirectory } from '@knative-ts/apiserver'
import { readFileSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { errorText } from '@knative-ts/kube'

export interface StateDirectories {
  /** Objects of the API server; undefined when nothing is kept. */
  readonly objects: string | undefined
  /** Certificates, kubeconfig. */
  readonly root: string
  /** The node agent's: pods, logs, what it must clean up. */
  readonly node: string
  /** From here on the directories stay: before, `close` removes those that this run has made. */
  readonly keep: () => void
  /** Lets go of the directories; what an ephemeral run leaves is removed. */
  readonly close: () => Promise<void>
}

const prefix = 'knative-ts-'

/**
 * Makes the directories of a run and takes them. Rejects with a message that names the directory, and what to do, when it cannot be written, is on
 * a full disk, or another process has it.
 */
export async function openState(dataDirectory: string | undefined): Promise<StateDirectories> {
  const root = dataDirectory ?? (await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-${startTimeOf(process.pid) ?? ''}-`)))
  const node = join(root, 'node')
  const made = await missingOf(root)
  let kept = false
  await makeDirectories(node).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOSPC') throw error
    throw new Error(`the data directory ${root} cannot be written (${errorText(error)}): give another with --data, or mend its rights`, {
      cause: error
    })
  })
  const release = await lockDataDirectory(root)
  const close = async (): Promise<void> => {
    if (dataDirectory !== undefined) await release()
    if (dataDirectory === undefined || (made.length > 0 && !kept)) await rm(root, { recursive: true, force: true })
    if (!kept) await removeEmpty(made.slice(1))
  }
  const keep = (): void => {
    kept = true
  }
  return { root, node, keep, objects: dataDirectory === undefined ? undefined : join(root, 'objects'), close }
}

/** The directory and its ancestors that are not there yet, innermost first. */
async function missingOf(path: string): Promise<string[]> {
  const there = await lstat(path).then(
    () => true,
    () => false
  )
  return there || dirname(path) === path ? [] : [path, ...(await missingOf(dirname(path)))]
}

async function removeEmpty(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    try {
      await rmdir(directory)
    } catch {
      // Somebody else has put something there, or removed it: it is not ours any more.
      return
    }
  }
}

/** `mkdir -p`. Node's own never ends, at full speed, where the system says ENOENT of a directory whose parent is there, as /proc does. */
async function makeDirectories(path: string): Promise<void> {
  const make = (): Promise<void> =>
    mkdir(path, { mode: 0o755 }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error
    })
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectories(dirname(path))
    await make()
  })
}

/** This user's ephemeral directories whose process is gone: their pods must be ended and the directories removed. */
export async function abandonedStates(directory = tmpdir()): Promise<string[]> {
  const abandoned: string[] = []
  for (const name of await readdir(directory)) {
    const [, pid, startTime] = new RegExp(`^${prefix}(\\d+)-(\\d+)-`).exec(name) ?? []
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue
    const path = join(directory, name)
    const owner = await ownerOf(path)
    if (owner !== undefined && owner === process.getuid?.()) abandoned.push(path)
  }
  return abandoned
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    const { uid } = await lstat(path)
    return uid
  } catch (error) {
    // Another start was faster.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** When a process began, in clock ticks: with its pid it names a process for good. Undefined when there is none. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // Gone is an answer, not a failure.
    return undefined
  }
}
