/**
 * One process at a time in a data directory. The lock is a file named after the process (pid, start time, boot), so a dead holder is
 * recognised even when its pid runs again as somebody else. Each contender first leaves its own file and then looks for others:
 * whatever the interleaving, of two contenders at least one sees the other, so never two hold it.
 * Processes in different pid namespaces cannot see each other: do not share one directory between containers.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { errnoOf } from './system-error.ts'

const attempts = 5

/** Somebody has the directory already; the message names the holder, its lock file and what to do. */
export class DirectoryInUse extends Error {
  constructor(directory: string, pid: number, lockFile: string) {
    const who = pid === process.pid ? 'this process' : `process ${pid}`
    super(`the data directory ${directory} is in use by ${who} (${lockFile}): stop it, or choose another directory`)
    this.name = 'DirectoryInUse'
  }
}

/**
 * Takes an existing directory; resolves to the release. Rejects with {@link DirectoryInUse}, with the system's error when the lock file cannot be written or the others not be looked at, or with an Error
 * that says that /proc is missing.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const own = await lockNameOf(process.pid)
  if (own === undefined) throw new Error(`cannot read /proc/self/stat: the data directory ${directory} cannot be locked; mount /proc`)
  const path = join(directory, own)
  for (let attempt = 1; ; attempt++) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw new DirectoryInUse(directory, process.pid, path)
      throw error
    }
    const holder = await liveHolder(directory, own).catch(async (error: unknown) => {
      await rm(path, { force: true })
      throw error
    })
    if (holder === undefined) return () => rm(path, { force: true })
    await rm(path, { force: true })
    if (attempt === attempts) throw new DirectoryInUse(directory, holder.pid, join(directory, holder.name))
    // Two that start together may both have stepped back: unequal pauses let one of them in.
    await pause(5 + Math.random() * 40)
  }
}

/** Another process that holds the directory; what dead ones left is removed on the way. */
async function liveHolder(directory: string, own: string): Promise<{ pid: number; name: string } | undefined> {
  for (const name of await readdir(directory)) {
    const pid = Number(/^lock-(\d+)-/.exec(name)?.[1])
    if (!Number.isInteger(pid) || name === own) continue
    if ((await lockNameOf(pid)) === name) return { pid, name }
    await rm(join(directory, name), { force: true })
  }
  return undefined
}

/** The lock file's name of a running process, undefined when there is no such process. */
async function lockNameOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold blanks and brackets: fields count from the last bracket. State is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).slice(0, 8)
    return `lock-${pid}-${fields[19]}-${boot}`
  } catch (error) {
    // No such process (or no /proc, which the caller notices with its own pid). Of anything else, as too many open files, nothing follows for the holder.
    if (['ENOENT', 'ESRCH'].includes(errnoOf(error))) return undefined
    throw error
  }
}
