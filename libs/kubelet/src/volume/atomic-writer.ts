/** Writes a volume's files so that a reader sees either all old or all new ones: the `..data` link of the kubelet. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Relative path to content and permission bits. */
export type Payload = ReadonlyMap<string, { readonly content: Buffer; readonly mode: number }>

let serial = 0

/** Makes `directory` hold exactly `payload`. Returns false when it did already. Paths must be relative and must not climb: see `checkPath`. */
export function writePayload(directory: string, payload: Payload): boolean {
  const link = join(directory, '..data')
  const before = existsSync(link) ? readlinkSync(link) : undefined
  if (before !== undefined && holds(join(directory, before), payload)) return false
  const generation = `..${new Date().toISOString().replaceAll(/[-:TZ]/g, '_')}${++serial}`
  const target = join(directory, generation)
  mkdirSync(target, { recursive: true })
  for (const [path, { content, mode }] of payload) {
    const file = join(target, path)
    if (path.includes('/')) mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content, { mode })
    // The process's umask may have taken bits from the mode.
    chmodSync(file, mode)
  }
  symlinkSync(generation, `${link}_tmp`)
  renameSync(`${link}_tmp`, link)
  const tops = new Set([...payload.keys()].map((path) => path.split('/', 1)[0] as string))
  for (const top of tops) if (!existsSync(join(directory, top))) symlinkSync(join('..data', top), join(directory, top))
  for (const name of readdirSync(directory)) if (!name.startsWith('..') && !tops.has(name)) rmSync(join(directory, name))
  if (before !== undefined) rmSync(join(directory, before), { recursive: true, force: true })
  return true
}

function holds(directory: string, payload: Payload): boolean {
  if (filesBelow(directory, '').length !== payload.size) return false
  for (const [path, { content }] of payload) {
    const file = join(directory, path)
    if (!existsSync(file) || !readFileSync(file).equals(content)) return false
  }
  return true
}

function filesBelow(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(root, join(below, entry.name)) : [join(below, entry.name)]
  )
}
