/** The rig: a real Kubernetes on this machine, as a directory of scripts (`up`, `env`) brings it up. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export interface Rig {
  /** Where its scripts are. */
  readonly directory: string
  /** Path of its administrator's kubeconfig. */
  readonly kubeconfig: string
  /** Runs a program with the rig's kubectl, helm and kubeconfig; resolves with what it wrote, rejects with its error output. */
  run(program: string, ...args: readonly string[]): Promise<string>
  /** Gives the images of an OCI archive to its containerd, by their names. */
  load(archive: string): Promise<void>
  /** Names with tags of the images that it has. */
  images(): Promise<ReadonlySet<string>>
}

const execute = promisify(execFile)

/** Brings it up, with helm; what runs already is left alone. Some minutes where nothing is built yet. Rejects with why it cannot be. */
export async function bringUp(directory: string): Promise<Rig> {
  const scripts = resolve(directory)
  for (const name of ['up', 'env'])
    if (!existsSync(join(scripts, name))) throw new Error(`${scripts} is no rig: it has no ${name}. Give the directory that has it`)
  if (process.getuid?.() !== 0) throw new Error('the rig needs root: containers, networks and mounts are made by it')
  await runScript(join(scripts, 'up'), 'helm')
  return openRig(scripts)
}

/** Ends it and removes what it was, but what it has built. */
export const takeDown = (directory: string): Promise<void> => runScript(join(resolve(directory), 'down'))

async function runScript(script: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(script, args, { stdio: ['ignore', 2, 2] })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (code !== 0) throw new Error(`${script} failed (${signal ?? `exit code ${code}`}): what it said stands above`)
}

/** One that runs. */
export async function openRig(directory: string): Promise<Rig> {
  const { stdout } = await execute('bash', ['-c', '. "$1/env" && export CLUSTER_STATE && env -0', 'env', directory])
  const env = Object.fromEntries(
    stdout
      .split('\0')
      .flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : []))
  )
  const { KUBECONFIG: kubeconfig = '', CLUSTER_STATE: state = '' } = env
  const run = async (program: string, ...args: readonly string[]): Promise<string> => {
    try {
      return (await execute(program, args, { env, maxBuffer: 64 << 20 })).stdout
    } catch (error) {
      const { stderr = '', message } = error as { stderr?: string; message: string }
      throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${stderr.trim() || message}`, { cause: error })
    }
  }
  const containerd = (...args: readonly string[]): Promise<string> =>
    run('ctr', '--address', join(state, 'containerd.sock'), '--namespace', 'k8s.io', 'images', ...args)
  return {
    directory,
    kubeconfig,
    run,
    load: async (archive) => void (await containerd('import', archive)),
    images: async () => new Set((await containerd('ls', '--quiet')).split('\n').filter((name) => name !== ''))
  }
}
