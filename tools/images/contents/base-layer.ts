/** The lowest layer: what of Debian a Node program needs, and the files that Debian's installation scripts would have made. */
import type { Architecture } from '../architecture.ts'
import type { Cache } from '../cache.ts'
import { fetchPackage } from '../debian/fetch-package.ts'
import type { Mirrors } from '../debian/mirrors.ts'
import { openPackage } from '../debian/package-entries.ts'
import { directoryOf, type Entry, fileOf, linkOf } from '../entry.ts'
import { type Layer, layerOf } from '../layer.ts'
import type { Lock } from '../lock.ts'
import { nonroot } from '../nonroot.ts'

const accounts = [
  { name: 'root', id: 0, home: '/root' },
  { name: 'nobody', id: 65_534, home: '/nonexistent' },
  { name: 'nonroot', id: nonroot, home: '/home/nonroot' }
]

export async function baseLayer(lock: Lock, architecture: Architecture, mirrors: () => Promise<Mirrors>, cache: Cache): Promise<Layer> {
  const entries: Entry[] = []
  for (const locked of lock.debian[architecture]) {
    const { entries: files, control, md5sums } = await openPackage(await fetchPackage(locked, mirrors, cache))
    entries.push(...files)
    // Where distroless images keep it, and scanners of images look: there is no dpkg inside that would want its own form.
    entries.push(fileOf(`var/lib/dpkg/status.d/${locked.name}`, control))
    if (md5sums !== undefined) entries.push(fileOf(`var/lib/dpkg/status.d/${locked.name}.md5sums`, md5sums))
  }
  return layerOf(
    [...entries, ...installed(entries)],
    lock.epoch,
    `Debian ${lock.suite}: base-files, C and C++ libraries, certificates`,
    cache
  )
}

/** What is in no package, because `postinst` scripts make it. */
function installed(files: readonly Entry[]): Entry[] {
  return [
    fileOf('etc/passwd', accounts.map(({ name, id, home }) => `${name}:x:${id}:${id}:${name}:${home}:/usr/sbin/nologin\n`).join('')),
    fileOf('etc/group', accounts.map(({ name, id }) => `${name}:x:${id}:\n`).join('')),
    fileOf('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n'),
    fileOf('etc/ssl/certs/ca-certificates.crt', bundleOf(files)),
    directoryOf('home/nonroot', 0o700, nonroot),
    directoryOf('root', 0o700),
    directoryOf('tmp', 0o1777),
    directoryOf('var/tmp', 0o1777),
    directoryOf('run'),
    linkOf('var/run', '/run'),
    linkOf('var/lock', '/run/lock'),
    directoryOf('run/lock')
  ]
}

/** As update-ca-certificates writes it: every certificate, in the order of their names. */
function bundleOf(files: readonly Entry[]): Buffer {
  const certificates = files
    .filter(({ path }) => /^usr\/share\/ca-certificates\/.*\.crt$/.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return Buffer.concat(certificates.flatMap((each) => (each.type === 'file' ? [each.content as Buffer] : [])))
}
