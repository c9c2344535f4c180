/** The files of a layer, before they are a tar. Paths are relative to the image's root, without `./` or a slash at either end. */
import { ImagesError } from './failure.ts'

interface Owned {
  readonly path: string
  /** Default 0, root. The group is the same number. */
  readonly owner?: number
}

/** Bytes, or a file of this machine with its size in bytes. */
export type Content = Buffer | { readonly file: string; readonly size: number }

export interface FileEntry extends Owned {
  readonly type: 'file'
  readonly mode: number
  readonly content: Content
}
export interface DirectoryEntry extends Owned {
  readonly type: 'directory'
  readonly mode: number
}
export interface LinkEntry extends Owned {
  readonly type: 'symlink'
  readonly target: string
}
export type Entry = FileEntry | DirectoryEntry | LinkEntry

export const fileOf = (path: string, content: string | Buffer, mode = 0o644): FileEntry => ({
  type: 'file',
  path,
  mode,
  content: Buffer.isBuffer(content) ? content : Buffer.from(content)
})
export const directoryOf = (path: string, mode = 0o755, owner = 0): DirectoryEntry => ({ type: 'directory', path, mode, owner })
export const linkOf = (path: string, target: string): LinkEntry => ({ type: 'symlink', path, target })

/**
 * One tree of many entries, sorted, each directory before what is in it, missing directories added. A later entry takes the place of an earlier
 * one. Throws where something would lie inside a file or below a link: an unpacker would put it elsewhere, or refuse.
 */
export function treeOf(entries: Iterable<Entry>): Entry[] {
  const tree = new Map<string, Entry>()
  for (const entry of entries) {
    if (
      entry.path === '' ||
      entry.path.startsWith('/') ||
      entry.path.split('/').some((part) => part === '' || part === '.' || part === '..')
    )
      throw new ImagesError(`"${entry.path}" is no path inside an image`)
    tree.set(entry.path, entry)
  }
  for (const path of Array.from(tree.keys())) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash)
      const found = tree.get(parent)
      if (found === undefined) tree.set(parent, directoryOf(parent))
      else if (found.type !== 'directory') throw new ImagesError(`"${path}" lies below "${parent}", which is a ${found.type}`)
    }
  }
  return [...tree.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}
