/** Content digests of package directories. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'

interface File {
  readonly path: string
  readonly stamp: string
}

/** Hashes package directories, and reads their bytes again only when a file's size or time of change has moved. */
export class DigestCache {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: string }>()

  /** `sha256:` of the sorted paths and contents below `directory`; `.git` and hidden editor files are part of no image. */
  digestOf(directory: string): string {
    const files = filesBelow(directory, '').toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const stamp = files.map((file) => `${file.path}\0${file.stamp}`).join('\n')
    const known = this.#known.get(directory)
    if (known?.stamp === stamp) return known.digest
    const hash = createHash('sha256')
    for (const file of files) {
      const content = file.stamp.startsWith('->') ? Buffer.from(file.stamp) : readFileSync(join(directory, file.path))
      hash.update(`${file.path}\0${content.length}\0`).update(content)
    }
    const digest = `sha256:${hash.digest('hex')}`
    this.#known.set(directory, { stamp, digest })
    return digest
  }
}

function filesBelow(root: string, below: string): File[] {
  const found: File[] = []
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.git')) continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) found.push(...filesBelow(root, path))
    else if (entry.isSymbolicLink()) found.push({ path, stamp: `->${readlinkSync(join(root, path))}` })
    else if (entry.isFile()) {
      const { mtimeNs, size } = statSync(join(root, path), { bigint: true })
      found.push({ path, stamp: `${mtimeNs}:${size}` })
    }
  }
  return found
}
