import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const app = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const root = dirname(dirname(app))

/** One file of a bundle. */
export interface Chunk {
  readonly file: string
  /** Ids of what is in it. */
  readonly modules: readonly string[]
  /** Files that are read with it, and files that it may ask for later. */
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
}

export interface Built {
  /** The entry's file. */
  readonly main: string
  readonly chunks: readonly Chunk[]
  remove(): Promise<void>
}

/** Bundles the queue-proxy from source as the build does, into a folder of its own. */
export async function buildQueueProxy(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'queue-proxy-'))
  const main = join(folder, 'main.mjs')
  const bundler = join(root, 'tools/build/bundle.mjs')
  const args = [bundler, '--input', join(app, 'src/main.ts'), '--out', main, '--split', '--chunks']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 16 * 1024 * 1024 })
  return { main, chunks: JSON.parse(stdout) as Chunk[], remove: () => rm(folder, { recursive: true, force: true }) }
}
