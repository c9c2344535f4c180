/** Tars that depend on nothing but their entries: no clock, no user of this machine, no order of a directory. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { pack, type Header, type Pack } from 'tar-stream'
import type { Entry } from './entry.ts'

/** The bytes of a tar of `entries` in their order; every time is `epochSeconds`. */
export function tarOf(entries: readonly Entry[], epochSeconds: number): AsyncIterable<Buffer> {
  const tar = pack()
  void fill(tar, entries, epochSeconds).catch((error: unknown) => tar.destroy(error as Error))
  return tar as AsyncIterable<Buffer>
}

async function fill(tar: Pack, entries: readonly Entry[], epochSeconds: number): Promise<void> {
  for (const entry of entries) await add(tar, entry, headerOf(entry, epochSeconds))
  tar.finalize()
}

function headerOf(entry: Entry, epochSeconds: number): Partial<Header> & { readonly name: string } {
  const owner = entry.owner ?? 0
  const common = { uid: owner, gid: owner, uname: '', gname: '', mtime: new Date(epochSeconds * 1000) }
  switch (entry.type) {
    case 'file':
      return {
        ...common,
        name: entry.path,
        mode: entry.mode,
        size: Buffer.isBuffer(entry.content) ? entry.content.length : entry.content.size
      }
    case 'directory':
      return { ...common, name: `${entry.path}/`, mode: entry.mode, type: 'directory' }
    case 'symlink':
      return { ...common, name: entry.path, mode: 0o777, type: 'symlink', linkname: entry.target }
  }
}

async function add(tar: Pack, entry: Entry, header: ReturnType<typeof headerOf>): Promise<void> {
  if (entry.type === 'file' && !Buffer.isBuffer(entry.content)) {
    await pipeline(createReadStream(entry.content.file), tar.entry(header))
    return
  }
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve())
    if (entry.type === 'file' && Buffer.isBuffer(entry.content)) tar.entry(header, entry.content, done)
    else tar.entry(header, done)
  })
}
