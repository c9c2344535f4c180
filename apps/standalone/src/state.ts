/** Directories of one run, and the remains of runs that were killed. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StateDirectories {
  /** Objects of the API server; undefined when nothing is kept. */
  readonly objects: string | undefined
  /** Certificates, kubeconfig. */
  readonly root: string
  /** The node agent's: pods, logs, what it must clean up. */
  readonly node: string
  /** Removes what an ephemeral run leaves. */
  readonly discard: () => Promise<void>
}

const prefix = 'knative-ts-'

/** Makes the directories of a run. Rejects with a message that names the directory when it cannot be written. */
export async function openState(dataDirectory: string | undefined): Promise<StateDirectories> {
  const root = dataDirectory ?? (await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)))
  const node = join(root, 'node')
  try {
    await mkdir(node, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new Error(
      `the data directory ${root} cannot be written (${error instanceof Error ? error.message : String(error)}): give another with --data, or mend its rights`,
      { cause: error }
    )
  }
  const discard = async (): Promise<void> => {
    if (dataDirectory === undefined) await rm(root, { recursive: true, force: true })
  }
  return { root, node, objects: dataDirectory === undefined ? undefined : join(root, 'objects'), discard }
}

/** Ephemeral directories whose process is gone: their pods must be ended and the directories removed. */
export async function abandonedStates(lives: (pid: number) => boolean): Promise<string[]> {
  const names = await readdir(tmpdir())
  return names
    .filter((name) => {
      const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
      return pid !== undefined && !lives(Number(pid))
    })
    .map((name) => join(tmpdir(), name))
}

/** True while a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
