/** The Go programs of `../anchors`: what ours is measured against, and what loads and answers both. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../rig/root.ts'

export type Anchor = 'sidecar' | 'bare' | 'backend' | 'load' | 'start' | 'hold' | 'slow' | 'hello'

/** Builds them into dist/ (Go's own cache knows what is new) and resolves with where one is. Rejects with the compiler's words. */
export async function buildAnchors(): Promise<(name: Anchor) => string> {
  const directory = join(root, 'dist/anchors')
  await mkdir(directory, { recursive: true })
  await promisify(execFile)('go', ['build', '-trimpath', '-o', `${directory}/`, './...'], {
    cwd: join(root, 'e2e/performance/anchors'),
    env: { ...process.env, CGO_ENABLED: '0' }
  })
  return (name) => join(directory, name)
}
