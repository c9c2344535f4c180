/** Looks into unpacked layers as the overlay of them would show it, without mounting it. */
import { existsSync, lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { join, posix } from 'node:path'

/** An unpacked layer: `files`, and beside it `opaque`, the directories that hide those of layers below. */
export interface UnpackedLayer {
  readonly directory: string
  readonly opaque: ReadonlySet<string>
}

/** What is found: where it really is. */
export interface Found {
  readonly file: string
  readonly stats: Stats
}

const mostLinks = 40

/** What is at `path`, of which no component is followed; `layers` are topmost first. */
export function lookUp(layers: readonly UnpackedLayer[], path: string): Found | undefined {
  for (const { directory, opaque } of layers) {
    let hidden = false
    const parts = path.split('/').filter(Boolean)
    let at = ''
    let stats: Stats | undefined = lstatSync(directory)
    for (const part of parts) {
      // Anything but a directory on the way hides what lower layers have there.
      if (stats !== undefined && !stats.isDirectory()) return undefined
      if (opaque.has(at)) hidden = true
      at = at === '' ? part : `${at}/${part}`
      stats = statsOf(join(directory, at))
      if (stats === undefined) break
      if (isWhiteout(stats)) return undefined
    }
    if (stats !== undefined) return { file: join(directory, at), stats }
    if (hidden) return undefined
  }
  return undefined
}

/** `path` with symbolic links of all components but the last followed inside the tree; what is not there stays as it is. Undefined for a circle. */
export function resolveParents(layers: readonly UnpackedLayer[], path: string): string | undefined {
  const left = path.split('/').filter((part) => part !== '' && part !== '.')
  let at: string[] = []
  for (let links = 0; left.length > 1;) {
    const part = left.shift() as string
    if (part === '..') {
      at.pop()
      continue
    }
    const found = lookUp(layers, [...at, part].join('/'))
    if (found?.stats.isSymbolicLink() !== true) {
      at.push(part)
      continue
    }
    if (++links > mostLinks) return undefined
    const target = readlinkSync(found.file)
    if (target.startsWith('/')) at = []
    left.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'))
  }
  return [...at, ...left].join('/')
}

/** The text of a file, links followed; '' when there is none. */
export function textIn(layers: readonly UnpackedLayer[], path: string): string {
  let at = path
  for (let links = 0; links < mostLinks; links++) {
    const resolved = resolveParents(layers, at)
    const found = resolved === undefined ? undefined : lookUp(layers, resolved)
    if (found === undefined || resolved === undefined) return ''
    if (!found.stats.isSymbolicLink()) return found.stats.isFile() ? readFileSync(found.file, 'utf8') : ''
    const target = readlinkSync(found.file)
    at = target.startsWith('/') ? target : posix.join(posix.dirname(resolved), target)
  }
  return ''
}

/** An overlay's mark of something that is not there any more: a character device 0, 0. */
export const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0

function statsOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false })
}

/** A layer as it was unpacked below `directory`. */
export function openLayer(directory: string): UnpackedLayer {
  const list = `${directory}.opaque`
  const names = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]) : []
  return { directory, opaque: new Set(names) }
}
