import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const app = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const root = dirname(dirname(app))

export interface Built {
  /** The entry's file. */
  readonly main: string
  /** Ids of all modules in the bundle. */
  readonly modules: readonly string[]
  remove(): Promise<void>
}

/** Bundles the queue-proxy from source as the build does, into a folder of its own. */
export async function buildQueueProxy(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'queue-proxy-'))
  const main = join(folder, 'main.mjs')
  const bundler = join(root, 'tools/build/bundle.mjs')
  const args = [bundler, '--input', join(app, 'src/main.ts'), '--out', main, '--split', '--modules']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 16 * 1024 * 1024 })
  return { main, modules: stdout.trim().split('\n'), remove: () => rm(folder, { recursive: true, force: true }) }
}
