/** Where Debian's archives are: what this machine's apt is set up with, unless told otherwise. */
import { errorText } from '@knative-ts/kube'
import { outputOf } from '../command.ts'
import { ImagesError } from '../failure.ts'
import type { Archive } from '../lock.ts'

/** Addresses of the archives' roots, without a slash at the end. */
export type Mirrors = Readonly<Record<Archive, string>>

/** The mirrors of `given` addresses, else apt's. Rejects when neither names both archives. */
export async function findMirrors(given: readonly string[]): Promise<Mirrors> {
  const from = given.length > 0 ? given : await aptRoots()
  const mirrors = mirrorsAmong(from)
  if (mirrors !== undefined) return mirrors
  const seen = from.length === 0 ? 'none' : from.join(', ')
  throw new ImagesError(
    `no Debian mirror is known (${given.length > 0 ? '--mirror gives' : 'apt is set up with'} ${seen}): give two, such as ` +
      '--mirror https://deb.debian.org/debian --mirror https://deb.debian.org/debian-security'
  )
}

/** Roots end in /debian and in /debian-security on every mirror, snapshots have a time behind that. Other archives are nobody's business. */
export function mirrorsAmong(roots: readonly string[]): Mirrors | undefined {
  const bare = roots.map((root) => root.replace(/\/+$/, ''))
  const debian = bare.find((root) => /\/debian(\/\d{8}T\d{6}Z)?$/.test(root))
  const security = bare.find((root) => /\/debian-security(\/\d{8}T\d{6}Z)?$/.test(root))
  return debian === undefined || security === undefined ? undefined : { debian, 'debian-security': security }
}

/** The roots of apt's sources, in their order. Asks nobody: apt only says what it would fetch. */
async function aptRoots(): Promise<string[]> {
  try {
    const said = (await outputOf('apt-get', ['update', '--print-uris'])).toString('utf8')
    return [...new Set([...said.matchAll(/^'([^']+)\/dists\/[^']+\/InRelease'/gm)].map((match) => match[1] as string))]
  } catch (error) {
    throw new ImagesError(`${errorText(error)}; or say where Debian is with --mirror`)
  }
}
