/** What tests need of the machine that runs them. Nothing is left out in silence, and nothing at all where CI=true. */
import { spawnSync } from 'node:child_process'
import { describe, it } from '@jest/globals'

/** Why something cannot be tested on this machine, and what to do about it; undefined when it can. */
export type Obstacle = string | undefined

/**
 * Whether `what` can be tested here. When there is an obstacle it is told on stderr; with CI=true it is thrown, because there everything has
 * to run.
 */
export function canTest(what: string, obstacle: Obstacle): boolean {
  if (obstacle === undefined) return true
  if (process.env['CI'] === 'true') throw new Error(`${what} must be tested in CI: ${obstacle}`)
  process.stderr.write(`not run: ${what}: ${obstacle}\n`)
  return false
}

/** `describe` where `what` {@link canTest}, else `describe.skip`. */
export const describeWhere = (what: string, obstacle: Obstacle): typeof describe | typeof describe.skip =>
  canTest(what, obstacle) ? describe : describe.skip

/** `it` where `what` {@link canTest}, else `it.skip`. */
export const itWhere = (what: string, obstacle: Obstacle): typeof it | typeof it.skip => (canTest(what, obstacle) ? it : it.skip)

/** The obstacle of a user who is not root. */
export const notRoot = (): Obstacle => (process.getuid?.() === 0 ? undefined : 'it needs root')

/** The obstacle of a machine that the container launcher does not know. */
export const notX64Linux = (): Obstacle =>
  process.platform === 'linux' && process.arch === 'x64' ? undefined : `it needs x64 Linux, this is ${process.platform} on ${process.arch}`

/** The obstacle of a command that is not on PATH. `from` says what brings it, such as a Debian package. */
export const withoutCommand = (command: string, from: string): Obstacle =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status === 0 ? undefined : `${command} is not installed (Debian: ${from})`

/** The obstacle of a user or machine that mounts nothing. */
export function cannotMount(): Obstacle {
  const { status, stderr, error } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/tmp'], {
    encoding: 'utf8'
  })
  return status === 0 ? undefined : `nothing can be mounted here: ${error?.message ?? stderr.trim()}`
}
