/** `npm run bench -- NAME [options]`: builds and runs one benchmark, a `NAME.bench.ts` anywhere in the workspace. Without a name: lists them. */
import { cpSync, globSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'
import { bundle } from '../build/bundle.mjs'

const found = globSync('{libs,apps,e2e}/**/*.bench.ts', { cwd: root, exclude: (path) => path.includes('node_modules') })
const byName = new Map(found.map((path) => [basename(path, '.bench.ts'), path]))
const [name, ...rest] = process.argv.slice(2)
const source = byName.get(name ?? '')
if (source === undefined) {
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${[...byName.keys()].sort().join(', ')}`)
  process.exit(2)
}
await ensureBuilt()
const directory = join(root, 'dist/bench', name)
const file = join(directory, 'main.mjs')
rmSync(directory, { recursive: true, force: true })
// Split: a part of a benchmark that runs in a process of its own must not weigh what the others need.
await bundle(join(root, source), file, { split: true })
// A bundle that has swallowed the API server looks for its data beside itself.
cpSync(join(root, 'libs/apiserver/data'), join(directory, 'apiserver-data'), { recursive: true })
process.argv = [process.execPath, file, ...rest]
await import(file)
