/** Comparing a freshly generated folder with the committed one. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root directory. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

function filesOf(directory) {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(directory, path))
    .sort()
}

/** Throws, naming the first file that differs and the command that mends it. */
export function sameTree(fresh, committed, command) {
  const [left, right] = [filesOf(fresh), filesOf(committed)]
  for (const file of new Set([...left, ...right])) {
    const same = left.includes(file) && right.includes(file) && readFileSync(join(fresh, file)).equals(readFileSync(join(committed, file)))
    if (!same) throw new Error(`${relative(root, join(committed, file))} is not what its source generates: run ${command}`)
  }
}
