/** Gives a volume to a group, as the kubelet does for fsGroup. */
import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const setGroup = 0o2000

/** Everything below `directory` belongs to `gid` and is the group's to read and write; directories pass the group on. With OnRootMismatch, only if the directory itself is not so yet. */
export function giveToGroup(directory: string, gid: number, policy: 'Always' | 'OnRootMismatch', readOnly = false): void {
  const wanted = setGroup | (readOnly ? 0o550 : 0o770)
  const root = lstatSync(directory)
  if (policy === 'OnRootMismatch' && root.gid === gid && (root.mode & wanted) === wanted) return
  give(directory, gid, readOnly)
}

function give(path: string, gid: number, readOnly: boolean): void {
  const { uid, mode } = lstatSync(path)
  const isLink = (mode & 0o170000) === 0o120000
  const isDirectory = (mode & 0o170000) === 0o040000
  lchownSync(path, uid, gid)
  if (isLink) return
  chmodSync(path, (mode & 0o7777) | (readOnly ? 0o440 : 0o660) | (isDirectory ? setGroup | 0o110 : 0))
  if (isDirectory) for (const name of readdirSync(path)) give(join(path, name), gid, readOnly)
}
