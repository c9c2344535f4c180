import type * as k8s from '@knative-ts/api/kubernetes'
import { lstatSync, mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { VolumeError } from './payload.ts'

/** What each type of a hostPath wants there, in the words of the kubelet's refusal. */
const kinds: Readonly<Record<string, readonly [(stats: Stats) => boolean, string]>> = {
  Directory: [(stats) => stats.isDirectory(), 'a directory'],
  DirectoryOrCreate: [(stats) => stats.isDirectory(), 'a directory'],
  File: [(stats) => stats.isFile(), 'a file'],
  FileOrCreate: [(stats) => stats.isFile(), 'a file'],
  Socket: [(stats) => stats.isSocket(), 'a socket file'],
  CharDevice: [(stats) => stats.isCharacterDevice(), 'a character device'],
  BlockDevice: [(stats) => stats.isBlockDevice(), 'a block device']
}

/** Makes what is to be made and checks the type. Throws {@link VolumeError}. */
export function makeHostPath({ path, type = '' }: k8s.HostPathVolumeSource): void {
  const there = statsOf(path)
  if (there === undefined) {
    // Without a type nothing is checked, and a container runtime makes a directory of what is missing.
    if (type === 'DirectoryOrCreate' || type === '') mkdirSync(path, { recursive: true, mode: 0o755 })
    else if (type === 'FileOrCreate') {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '', { mode: 0o644 })
    }
  }
  const kind = kinds[type]
  if (kind === undefined) return
  const [holds, words] = kind
  const stats = statsOf(path)
  if (stats === undefined || !holds(stats)) throw new VolumeError(`hostPath type check failed: ${path} is not ${words}`)
}

/** True when the path is a file of any kind: it is bound as one. */
export const isFile = (path: string): boolean => statsOf(path)?.isDirectory() === false

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (error) {
    // A link into nowhere is something all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return lstatSync(path, { throwIfNoEntry: false })
  }
}
