/** One line of a transcript: a kubectl command as a developer types it, and what happens around it. */
export interface Line {
  /** What follows `kubectl`: words at blanks, `'…'` holds a word together. `$NODE` is the cluster's node, `$POD(SELECTOR)` the first pod. */
  readonly run: string
  /** Standard input; it stays open where the command is interrupted. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** The command never ends: it is interrupted once its output matches, and what it said after the match is not looked at. */
  readonly until?: RegExp
  /** A path asked of the address that the command says it serves at, before it is interrupted (port-forward, proxy). */
  readonly ask?: string
  /** A kubectl command that is run, unrecorded, once the command has said its first words (watches). */
  readonly meanwhile?: string
  /** The command is run again until its whole output matches: for what a controller or the node agent does in its own time. */
  readonly settles?: RegExp
  /** Only the lines that match are looked at: for output that tells of the machine, or of how long something took. */
  readonly sift?: RegExp
  /** Lines come in any order. */
  readonly sorted?: true
}

/** Lines that one after the other build on each other, in a namespace of their own, with the files of `manifests/NAME` at hand. */
export interface Chapter {
  readonly name: string
  readonly lines: readonly Line[]
  /** Played when no other chapter is. */
  readonly alone?: true
}

/** What a line ended in, normalised. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  /** Exit code; `interrupted` for a command that was ended by {@link Line.until} or {@link Line.ask}; `unending` when it ran too long. */
  readonly code: number | 'interrupted' | 'unending'
}

/** A line: `k("get pods -l 'app in (a)'")`. */
export const k = (run: string, around: Omit<Line, 'run'> = {}): Line => ({ run, ...around })

/** The words of a command. */
export function wordsOf(run: string): string[] {
  return [...run.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll(/'([^']*)'/g, '$1'))
}
