/** Runs the machine's kubectl against a test's cluster. */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Cluster } from '../rig/embedded-cluster.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Run {
  /** Standard input. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Ends the command (SIGINT, as Ctrl-C) once its output so far matches: for commands that never end. */
  readonly until?: RegExp
}

const LONGEST_MS = 45_000

/** Resolves when kubectl has ended. Rejects when there is no kubectl, or when it runs too long: with what it said until then. */
export function kubectl(cluster: Cluster, args: readonly string[], { input, env, until }: Run = {}): Promise<Ran> {
  const child = spawn('kubectl', args, {
    cwd: cluster.directory,
    env: { PATH: process.env.PATH, HOME: cluster.directory, KUBECONFIG: cluster.kubeconfig, ...env },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    let matched = false
    const slow = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`kubectl ${args.join(' ')} did not end within ${LONGEST_MS} ms:\n${stdout}${stderr}`))
    }, LONGEST_MS)
    const look = () => {
      if (until === undefined || matched || !until.test(stdout)) return
      matched = true
      stop(child)
    }
    child.stdout.on('data', (text) => {
      stdout += String(text)
      look()
    })
    child.stderr.on('data', (text) => (stderr += String(text)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(slow)
      reject(
        error.code === 'ENOENT'
          ? new Error('there is no kubectl in PATH: install one (1.32 or later), the transcripts test it against the API server')
          : error
      )
    })
    child.on('close', (code) => {
      clearTimeout(slow)
      resolve({ code: matched ? 0 : code, stdout, stderr })
    })
    // A command that reads nothing may end before it is written to.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

const stop = (child: ChildProcess) => child.kill('SIGINT')
