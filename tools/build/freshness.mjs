/** Knows whether dist/ holds what the sources say, by modification times: `npm start` must not wait for a bundler that has nothing to do. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
function isFresh() {
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

/**
 * Builds all deployables that are needed. Prints one line when there is work. In a process of its own: the bundler leaves a gigabyte behind, and
 * `npm start` goes on as standalone in this one.
 */
export async function ensureBuilt(say = console.error) {
  if (isFresh()) return
  say('Building (once, and after changes) ...')
  const began = Date.now()
  const bundler = spawn(process.execPath, [join(root, 'tools/build/bundle.mjs'), ...deployables()], { stdio: ['ignore', 2, 2] })
  const [code, signal] = await once(bundler, 'exit')
  if (code !== 0) throw new Error(`the build failed (${signal ?? `exit code ${code}`}): what the bundler said stands above`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  say(`Built in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
}
