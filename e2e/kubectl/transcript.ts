/**
 * The files under `recorded/`: what a real cluster said to the lines of a chapter, as it looks in a terminal. A line of the file begins with
 * `$ ` for the command, `  ` for standard output, `! ` for standard error, `= ` for an exit code that is not 0.
 */
import type { Line, Outcome } from './line.ts'

/** A line and its outcome as text. */
export function transcriptOf({ run }: Line, { code, stdout, stderr }: Outcome): string {
  const marked = (mark: string, text: string) => (text === '' ? [] : text.split('\n').map((line) => `${mark} ${line}`.trimEnd()))
  return [`$ kubectl ${run}`, ...marked(' ', stdout), ...marked('!', stderr), ...(code === 0 ? [] : [`= ${code}`])].join('\n')
}

/** The file of a chapter; `server` is the version of the recorded API server. */
export const fileOf = (server: string, transcripts: readonly string[]): string => `# Kubernetes ${server}\n${transcripts.join('\n')}\n`

/** The transcripts in a file, a line each. */
export const transcriptsOf = (file: string): string[] =>
  file
    .trimEnd()
    .split(/\n(?=\$ )/)
    .slice(1)
