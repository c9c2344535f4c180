/** `base.lock.json`: exactly what every image stands on. Written by `npm run images -- --update`, read by every build. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from './architecture.ts'
import { ImagesError } from './failure.ts'

/** Debian's archives: the distribution, and its security updates. */
export type Archive = 'debian' | 'debian-security'

export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly archive: Archive
  /** Path below the archive's root, unescaped. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

export interface LockedNode {
  /** The npm package that brings the binary. */
  readonly package: string
  /** As in package-lock.json: `sha512-` and base64. */
  readonly integrity: string
}

export interface Lock {
  /** Time of every file of the layers that all images share; seconds since 1970. */
  readonly epoch: number
  /** Debian's code name. */
  readonly suite: string
  readonly debian: Readonly<Record<Architecture, readonly LockedPackage[]>>
  readonly node: { readonly version: string } & Readonly<Record<Architecture, LockedNode>>
}

export const lockFile = join(import.meta.dirname, 'base.lock.json')

/** Throws for a file that is not there with what to do. */
export function readLock(file = lockFile): Lock {
  if (!existsSync(file)) throw new ImagesError(`${file} is missing: git restore it, or write it with --update`)
  return JSON.parse(readFileSync(file, 'utf8')) as Lock
}
