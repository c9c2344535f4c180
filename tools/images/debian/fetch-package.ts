/** Fetches the packages that the lock names, each checked by its digest. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { errorText } from '@knative-ts/kube'
import { type Cache, WrongDigest } from '../cache.ts'
import { outputOf } from '../command.ts'
import { ImagesError } from '../failure.ts'
import type { LockedPackage } from '../lock.ts'
import type { Mirrors } from './mirrors.ts'

/** apt's own download, which knows this machine's proxies and credentials. */
const helper = '/usr/lib/apt/apt-helper'

/** The path of the package in the cache. `mirrors` is asked for only when it has to be fetched. */
export async function fetchPackage(locked: LockedPackage, mirrors: () => Promise<Mirrors>, cache: Cache): Promise<string> {
  const name = locked.path.slice(locked.path.lastIndexOf('/') + 1)
  return cache
    .download(name, `sha256:${locked.sha256}`, async (file) => {
      const address = addressOf(locked, await mirrors())
      try {
        await download(address, file, locked.sha256)
      } catch (error) {
        const text = errorText(error)
        if (text.includes('Hash Sum mismatch')) throw new ImagesError(`${address} is not what the lock says:\n${text}`)
        throw new ImagesError(
          `${address} cannot be fetched: ${text}\n` +
            'Debian keeps only the newest version of a package: when this one is gone, take the new ones with `npm run images -- --update`, ' +
            'or give a mirror that keeps all, such as --mirror https://snapshot.debian.org/archive/debian/TIME. Else look at the network.'
        )
      }
    })
    .catch((error: unknown) => {
      if (error instanceof WrongDigest) throw new ImagesError(`${name}: ${error.message}, the lock has ${locked.sha256}`)
      throw error
    })
}

/** Versions have pluses and tildes in them; mirrors want the first escaped. */
export function addressOf({ archive, path }: LockedPackage, mirrors: Mirrors): string {
  return `${mirrors[archive]}/${path.split('/').map(encodeURIComponent).join('/')}`
}

async function download(address: string, file: string, digest: string): Promise<void> {
  if (existsSync(helper)) {
    await outputOf(helper, ['-o', 'APT::Sandbox::User=', '-o', 'Acquire::Retries=2', 'download-file', address, file, `SHA256:${digest}`])
    return
  }
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  await writeFile(file, Buffer.from(await answer.arrayBuffer()))
}
