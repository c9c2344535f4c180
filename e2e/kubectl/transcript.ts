/** One line of a transcript: a command, and what it must end in. */
import { expect } from '@jest/globals'
import type { Cluster } from './cluster.ts'
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

/** Runs a line and compares. */
export async function play(cluster: Cluster, line: Line): Promise<void> {
  const { run, args = [], code = 0, out, err } = line
  const ran = await kubectl(cluster, [...run.split(' '), ...args], line)
  const told = `${ran.stdout}\n${ran.stderr}`
  expect({ code: ran.code, told }).toEqual({ code, told })
  if (out !== undefined) expect(ran.stdout).toMatch(out)
  if (err !== undefined) expect(ran.stderr).toMatch(err)
}
