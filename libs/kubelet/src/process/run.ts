import { spawn } from 'node:child_process'

/** What a short-lived command printed and how it ended. `code` is 128 + the signal's number when a signal ended it, 127 when it could not start. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a short-lived command with `input` on its standard input. Never rejects: a command that is not there is code 127. */
export function run(argv: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), stdout, stderr }))
    // A command that ends without reading its input breaks the pipe; its exit code tells.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Runs lines of `ip -batch` in one process. Rejects with what `ip` said. */
export async function ipBatch(lines: readonly string[]): Promise<void> {
  const ran = await run(['ip', '-batch', '-'], `${lines.join('\n')}\n`)
  if (ran.code !== 0) throw new Error(`ip -batch failed (${lines.join('; ')}): ${ran.stderr.trim()}`)
}
