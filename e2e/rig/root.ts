import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root: the nearest directory above with an nx.json, also from inside a bundle. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)))

function findRoot(from: string): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'nx.json'))) return directory
    if (dirname(directory) === directory) throw new Error(`no nx.json above ${from}`)
  }
}
