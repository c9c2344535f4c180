/** A role as it really runs: bundled from source, a process of its own. For specs of signals, start and inherited sockets. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@knative-ts/kubelet/free-port'
import { eventually } from './eventually.ts'

const bundler = fileURLToPath(new URL('../../../tools/build/bundle.mjs', import.meta.url))

/** A bundle in a temporary directory. */
export interface BundledRole {
  readonly file: string
  /** Deletes it. */
  remove(): Promise<void>
}

/** Bundles the role whose entry is `main` (an absolute path), in a process of its own. Rejects with the bundler's words. */
export async function bundleRole(main: string): Promise<BundledRole> {
  const directory = await mkdtemp(join(tmpdir(), 'role-'))
  const file = join(directory, 'main.mjs')
  await promisify(execFile)(process.execPath, [bundler, '--split', '--input', main, '--out', file])
  return { file, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** How a role is started. */
export interface RoleProcessOptions {
  readonly env: Readonly<Record<string, string>>
  /** A descriptor that the process inherits as its descriptor 3. */
  readonly inherit?: number
}

/** One running role. */
export class RoleProcess {
  readonly child: ChildProcess
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Everything it wrote so far. */
  output = ''
  readonly #probePort: number

  private constructor(child: ChildProcess, probePort: number) {
    this.child = child
    this.#probePort = probePort
    this.ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
    child.stdout?.on('data', (chunk) => (this.output += String(chunk)))
    child.stderr?.on('data', (chunk) => (this.output += String(chunk)))
  }

  static async start(bundle: BundledRole, { env, inherit }: RoleProcessOptions): Promise<RoleProcess> {
    const probePort = await freePort()
    const child = spawn(process.execPath, [bundle.file], {
      env: { PATH: process.env['PATH'] ?? '', PROBE_PORT: String(probePort), ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(inherit === undefined ? [] : [inherit])]
    })
    return new RoleProcess(child, probePort)
  }

  /** Status of a probe path; 0 while nothing answers. */
  probe(path = '/readyz'): Promise<number> {
    return new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port: this.#probePort, path }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', () => resolve(0))
      // One that takes the connection and says nothing.
      request.setTimeout(10_000, () => request.destroy())
    })
  }

  /** Resolves when the role is ready; rejects with what it wrote when it is not in time. */
  async ready(): Promise<this> {
    await eventually(async () => {
      if ((await this.probe()) === 200) return true
      throw new Error(`the role is not ready:\n${this.output}`)
    })
    return this
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }
}
