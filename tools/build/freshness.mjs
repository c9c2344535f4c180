/** Knows whether dist/ holds what the sources say, by modification times: `npm start` must not wait for a bundler that has nothing to do. */
import { existsSync, readdirSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root directory. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const stamp = join(root, 'dist/apps/.built')
const sources = ['apps', 'libs', 'tools/build', 'package-lock.json']

/** Names of all deployables: folders of apps/ with an entry. */
export function deployables() {
  return readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts')))
}

/** True when every deployable is built and no source is newer than the build. */
export function isFresh() {
  if (!existsSync(stamp) || deployables().some((name) => !existsSync(join(root, 'dist/apps', name, 'main.mjs')))) return false
  const built = statSync(stamp).mtimeMs
  return sources.every((source) => olderThan(join(root, source), built))
}

function olderThan(path, time) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return path.endsWith('.spec.ts') || stat.mtimeMs <= time
  return readdirSync(path, { withFileTypes: true }).every(
    (entry) => entry.name === 'node_modules' || entry.name === 'dist' || olderThan(join(path, entry.name), time)
  )
}

/** Builds all deployables that are needed. Prints one line when there is work. */
export async function ensureBuilt(say = console.error) {
  if (isFresh()) return
  say('Building (once, and after changes) ...')
  const began = Date.now()
  const { bundleApp } = await import('./bundle.mjs')
  for (const name of deployables()) await bundleApp(name)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  say(`Built in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
}
