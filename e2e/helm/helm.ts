/** Runs helm as a developer at a shell would. */
import { execFile, execFileSync } from 'node:child_process'

/** The program: `HELM` names it, else it is looked for on PATH. */
const program = process.env['HELM'] ?? 'helm'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Why helm cannot be run here; undefined when it can. */
export function helmObstacle(): string | undefined {
  try {
    execFileSync(program, ['version', '--short'], { stdio: 'ignore' })
    return undefined
  } catch (error) {
    return `${program} cannot be run (${(error as Error).message}): install helm, or name it by HELM`
  }
}

/** Resolves when helm has ended, whatever its code. `directory`: its home. */
export function helm(kubeconfig: string, directory: string, ...words: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: directory, KUBECONFIG: kubeconfig }
    execFile(program, words, { env, cwd: directory, timeout: 180_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
    })
  })
}
