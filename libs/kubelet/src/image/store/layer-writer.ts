/** Unpacks one layer into a directory such that an overlay of the layers below it is the image's file system. */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync
} from 'node:fs'
import { join, posix } from 'node:path'
import { lookUp, resolveParents, type UnpackedLayer } from './layer-tree.ts'
import type { NodeWriter } from './node-writer.ts'
import { ImageError } from './oci.ts'
import { readTar, type TarEntry } from './tar-reader.ts'

const whiteout = '.wh.'
const opaqueMarker = '.wh..wh..opq'

export class LayerWriter {
  readonly #directory: string
  readonly #below: readonly UnpackedLayer[]
  readonly #nodes: NodeWriter
  readonly #opaque = new Set<string>()
  /** Directories get their times when nothing is put into them any more. */
  readonly #times: { readonly path: string; readonly mtime: number }[] = []

  /** `directory` must exist and be empty; `below` are the layers that it lies on, the topmost first. */
  constructor(directory: string, below: readonly UnpackedLayer[], nodes: NodeWriter) {
    this.#directory = directory
    this.#below = below
    this.#nodes = nodes
  }

  /** Unpacks; gives the directories that hide those below. Rejects with ImageError for a path that leads out. */
  async unpack(tar: AsyncIterable<Buffer>, name: string): Promise<readonly string[]> {
    for await (const entry of readTar(tar, name)) await this.#add(entry, name)
    await this.#nodes.write()
    for (const { path, mtime } of this.#times.toReversed()) lutimesSync(path, mtime, mtime)
    return [...this.#opaque]
  }

  async #add(entry: TarEntry, archive: string): Promise<void> {
    const path = this.#inside(entry.path, archive)
    if (path === '') return this.#addDirectory(this.#directory, entry)
    const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path)
    const base = posix.basename(path)
    if (base === opaqueMarker) {
      this.#makeParents(parent)
      this.#opaque.add(parent)
      return this.#nodes.setAttribute(join(this.#directory, parent), 'trusted.overlay.opaque', Buffer.from('y'))
    }
    // What else begins so is bookkeeping of an old storage driver.
    if (path.split('/').some((part) => part.startsWith('.wh..wh.'))) return undefined
    this.#makeParents(parent)
    if (base.startsWith(whiteout)) {
      const gone = join(this.#directory, parent, base.slice(whiteout.length))
      rmSync(gone, { recursive: true, force: true })
      return this.#nodes.makeNode(gone, 'character', 0, 0, 0, 0, 0)
    }
    await this.#write(entry, join(this.#directory, path), archive)
  }

  async #write(entry: TarEntry, file: string, archive: string): Promise<void> {
    if (entry.type === 'directory') return this.#addDirectory(file, entry)
    this.#nodes.forget(file)
    rmSync(file, { recursive: true, force: true })
    if (entry.type === 'hardlink') return this.#addLink(entry, file, archive)
    if (entry.type === 'character' || entry.type === 'block' || entry.type === 'fifo') {
      this.#nodes.makeNode(file, entry.type, entry.mode, entry.major, entry.minor, entry.uid, entry.gid)
      return
    }
    if (entry.type === 'symlink') symlinkSync(entry.linkPath, file)
    else await writeBody(file, entry)
    lchownSync(file, entry.uid, entry.gid)
    // After the owner: a change of that takes the setuid bit away.
    if (entry.type === 'file') chmodSync(file, entry.mode)
    for (const [name, value] of entry.xattrs) this.#nodes.setAttribute(file, name, value)
    lutimesSync(file, entry.mtime, entry.mtime)
  }

  #addDirectory(directory: string, entry: TarEntry): void {
    const stats = lstatSync(directory, { throwIfNoEntry: false })
    if (stats?.isDirectory() !== true) {
      this.#nodes.forget(directory)
      rmSync(directory, { force: true })
      mkdirSync(directory)
    }
    lchownSync(directory, entry.uid, entry.gid)
    chmodSync(directory, entry.mode)
    for (const [name, value] of entry.xattrs) this.#nodes.setAttribute(directory, name, value)
    this.#times.push({ path: directory, mtime: entry.mtime })
  }

  #addLink(entry: TarEntry, file: string, archive: string): void {
    const target = this.#inside(entry.linkPath, archive)
    const found = lookUp(this.#all(), target)
    if (found === undefined) throw new ImageError(`${archive}: ${entry.path} is a hard link to ${entry.linkPath}, which is not there`)
    if (found.file.startsWith(`${this.#directory}/`)) return linkSync(found.file, file)
    // The other name is in a layer below, which others share: a copy is what an overlay would make of it too.
    copyFileSync(found.file, file)
    lchownSync(file, found.stats.uid, found.stats.gid)
    chmodSync(file, found.stats.mode & 0o7777)
  }

  /** The path without links on the way, relative to the root. Throws for one that climbs. */
  #inside(path: string, archive: string): string {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.')
    if (parts.includes('..')) throw new ImageError(`${archive}: refused, because the path "${path}" leads out of the image`)
    const resolved = resolveParents(this.#all(), parts.join('/'))
    if (resolved === undefined) throw new ImageError(`${archive}: the links on the way to "${path}" form a circle`)
    return resolved
  }

  /** Directories that this layer does not name keep what they are in the layers below. */
  #makeParents(path: string): void {
    if (path === '') return
    const directory = join(this.#directory, path)
    const stats = lstatSync(directory, { throwIfNoEntry: false })
    if (stats?.isDirectory() === true) return
    this.#makeParents(posix.dirname(path) === '.' ? '' : posix.dirname(path))
    const below = lookUp(this.#below, path)?.stats
    this.#nodes.forget(directory)
    rmSync(directory, { force: true })
    mkdirSync(directory)
    if (below?.isDirectory() !== true) return
    lchownSync(directory, below.uid, below.gid)
    chmodSync(directory, below.mode & 0o7777)
  }

  #all(): readonly UnpackedLayer[] {
    return [{ directory: this.#directory, opaque: this.#opaque }, ...this.#below]
  }
}

async function writeBody(file: string, entry: TarEntry): Promise<void> {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    for await (const part of entry.body()) for (let at = 0; at < part.length;) at += writeSync(descriptor, part, at)
  } finally {
    closeSync(descriptor)
  }
}
