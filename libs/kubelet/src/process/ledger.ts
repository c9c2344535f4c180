/** Which processes this node agent started, on disk: after `kill -9` of the agent the next start ends them, and nobody else's. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAlive, signal, startTimeOf } from './process-identity.ts'

const fileOf = (stateDirectory: string): string => join(stateDirectory, 'processes')

/** One line a process: `+ pid start`, and `- pid` once it has ended. Written with one system call, before anything waits on the process. */
export class Ledger {
  readonly #file: string
  readonly #live = new Map<number, string>()
  #lines = 0

  /** Starts an empty ledger: call {@link endLeftovers} first. */
  constructor(stateDirectory: string) {
    this.#file = fileOf(stateDirectory)
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, '')
  }

  started(pid: number): void {
    const startTime = startTimeOf(pid)
    if (startTime === undefined) return
    this.#live.set(pid, startTime)
    this.#append(`+ ${pid} ${startTime}\n`)
  }

  ended(pid: number): void {
    if (this.#live.delete(pid)) this.#append(`- ${pid}\n`)
  }

  #append(line: string): void {
    if (++this.#lines < 10_000) return appendFileSync(this.#file, line)
    this.#lines = this.#live.size
    writeFileSync(this.#file, [...this.#live].map(([pid, startTime]) => `+ ${pid} ${startTime}\n`).join(''))
  }
}

/** Kills every process group that the ledger in `stateDirectory` names and that still is the recorded process. Returns how many. */
export function endLeftovers(stateDirectory: string): number {
  const file = fileOf(stateDirectory)
  if (!existsSync(file)) return 0
  const live = new Map<number, string>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [sign, pid, startTime] = line.split(' ')
    if (sign === '+' && startTime !== undefined) live.set(Number(pid), startTime)
    else if (sign === '-') live.delete(Number(pid))
  }
  let ended = 0
  for (const [pid, startTime] of live) {
    if (!isAlive(pid, startTime)) continue
    ended++
    // Every process here was started as leader of a group of its own.
    if (!signal(-pid, 'SIGKILL')) signal(pid, 'SIGKILL')
  }
  return ended
}
