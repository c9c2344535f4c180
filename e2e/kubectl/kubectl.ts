/** Runs the machine's kubectl as a developer at a shell would. */
import { spawn } from 'node:child_process'
import { wordsOf, type Line } from './line.ts'

/** Where commands run. */
export interface Shell {
  readonly kubeconfig: string
  /** Working directory, also kubectl's home. */
  readonly directory: string
}

export interface Ran {
  /** `unending`: it was killed because it ran too long. */
  readonly code: number | 'interrupted' | 'unending'
  readonly stdout: string
  readonly stderr: string
}

const LONGEST_MS = 60_000
const SERVES_AT = /(?:Forwarding from|Starting to serve on) (127\.0\.0\.1:\d+)/

/** Resolves when kubectl has ended, or was ended. Rejects when there is none. */
export function kubectl(shell: Shell, line: Line): Promise<Ran> {
  const { input, env, until, ask, meanwhile } = line
  const child = spawn('kubectl', wordsOf(line.run), {
    cwd: shell.directory,
    env: { PATH: process.env.PATH, HOME: shell.directory, KUBECONFIG: shell.kubeconfig, ...env },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    let cut: number | undefined
    let asked = false
    let started = false
    let late = false
    const slow = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, LONGEST_MS)
    const look = () => {
      if (meanwhile !== undefined && !started) {
        started = true
        kubectl(shell, { run: meanwhile }).then(({ code, stderr: said }) => (stderr += code === 0 ? '' : said), reject)
      }
      const matched = cut === undefined ? until?.exec(stdout) : undefined
      if (matched) {
        cut = matched.index + matched[0].length
        child.stdin.end()
        child.kill('SIGINT')
      }
      const address = SERVES_AT.exec(stdout)?.[1]
      if (ask === undefined || asked || address === undefined) return
      asked = true
      fetch(`http://${address}${ask}`)
        .then(async (response) => {
          cut = stdout.length
          stdout += `${response.status} ${await response.text()}`
          cut = stdout.length
        })
        .catch((error: Error) => (stderr += `${error.message}: ${String(error.cause)}\n`))
        .finally(() => {
          cut ??= stdout.length
          child.kill('SIGINT')
        })
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
          ? new Error('there is no kubectl in PATH: install one (1.32 or 1.34), the transcripts are played with it')
          : error
      )
    })
    child.on('close', (code) => {
      clearTimeout(slow)
      resolve({ code: late ? 'unending' : cut === undefined ? (code ?? -1) : 'interrupted', stdout: stdout.slice(0, cut), stderr })
    })
    // A command that reads nothing may end before it is written to.
    child.stdin.on('error', () => undefined)
    if (input !== undefined && until !== undefined) child.stdin.write(input)
    else child.stdin.end(input)
  })
}
