/** One line of a transcript: a command, and what it must end in. */
import type { Cluster } from '../rig/embedded-cluster.ts'
import { kubectl, type Run } from './kubectl.ts'

export interface Line extends Run {
  /** The command, split at blanks; see {@link args} for arguments with blanks in them. */
  readonly run: string
  /** Further arguments, as they are. */
  readonly args?: readonly string[]
  /** Exit code; 0 when absent. */
  readonly code?: number
  /** What it must say on standard output. */
  readonly out?: RegExp | string
  /** What it must say on standard error. */
  readonly err?: RegExp | string
}

/** The sentence of a line, for the test's name. */
export const sentence = ({ run, args = [], code = 0 }: Line) =>
  `kubectl ${[run, ...args].join(' ').replaceAll('\n', ' ').slice(0, 110)}${code === 0 ? '' : ` fails with ${code}`}`

/** Runs a line; returns what is not as the transcript says, empty when all is. */
export async function play(cluster: Cluster, line: Line): Promise<string[]> {
  const { run, args = [], code = 0, out = '', err = '' } = line
  const { code: ended, stdout, stderr } = await kubectl(cluster, [...run.split(' '), ...args], line)
  const says = (text: string, wanted: RegExp | string) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))
  const wrong: string[] = []
  if (ended !== code) wrong.push(`exit code ${ended}, not ${code}`)
  if (!says(stdout, out)) wrong.push(`standard output does not say ${String(out)}`)
  if (!says(stderr, err)) wrong.push(`standard error does not say ${String(err)}`)
  return wrong.length === 0 ? [] : [...wrong, stdout, stderr]
}
