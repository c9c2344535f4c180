/** The files of a Debian package that belong in an image. */
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { outputOf } from '../command.ts'
import { ImagesError } from '../failure.ts'
import { directoryOf, type Entry, fileOf, linkOf } from '../entry.ts'

/** A package, opened. `control` is its control file: name, version, dependencies, licences of none. */
export interface OpenPackage {
  readonly entries: readonly Entry[]
  readonly control: Buffer
  /** What dpkg would check its files against. */
  readonly md5sums: Buffer | undefined
}

/** Manuals, translations, what Debian's own tools read, character sets that only iconv(3) opens: nothing of it is opened by Node. */
const unneeded =
  /^usr\/share\/(man|info|locale|lintian|bug|doc-base|menu)(\/|$)|^usr\/lib\/[^/]+\/(gconv|audit)(\/|$)|^usr\/share\/doc\/[^/]+\/(?!copyright$)/

export async function openPackage(file: string): Promise<OpenPackage> {
  const brings = 'dpkg'
  const [data, control] = await Promise.all([
    outputOf('dpkg-deb', ['--fsys-tarfile', file], {}, brings),
    outputOf('dpkg-deb', ['--ctrl-tarfile', file], {}, brings)
  ])
  const about = await entriesOf(control)
  const textOf = (name: string): Buffer | undefined => {
    const found = about.find(({ path }) => path === name)
    return found?.type === 'file' ? (found.content as Buffer) : undefined
  }
  const controlFile = textOf('control')
  if (controlFile === undefined) throw new ImagesError(`${file} is no Debian package: it has no control file`)
  const entries = (await entriesOf(data)).filter(({ path }) => !unneeded.test(path))
  return { entries, control: controlFile, md5sums: textOf('md5sums') }
}

async function entriesOf(tar: Buffer): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const member of Readable.from([tar]).pipe(extract())) {
    const { name, type, mode = 0o644, linkname, uid, gid } = member.header
    const parts: Buffer[] = []
    for await (const part of member) parts.push(part as Buffer)
    const path = name.replace(/^\.?\//, '').replace(/\/$/, '')
    if (path === '' || path === '.') continue
    // Nothing runs as root in these images, so nothing may become root.
    const safe = mode & 0o1777
    if (type === 'directory') found.push(directoryOf(path, safe))
    else if (type === 'symlink') found.push(linkOf(path, linkname ?? ''))
    else if (type === 'link') found.push(hardLinked(path, linkname ?? '', found))
    else if (type === 'file') found.push({ ...fileOf(path, Buffer.concat(parts), safe), ...(uid === gid ? { owner: uid ?? 0 } : {}) })
    else throw new ImagesError(`${path} is a ${type}, which no image of ours holds`)
  }
  return found
}

/** A hard link becomes a file of its own: not every unpacker has links between files. */
function hardLinked(path: string, target: string, found: readonly Entry[]): Entry {
  const to = target.replace(/^\.?\//, '')
  const file = found.find((each) => each.path === to)
  if (file?.type !== 'file') throw new ImagesError(`${path} is a link to ${to}, which does not come before it`)
  return { ...file, path }
}
