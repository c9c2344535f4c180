/** Processor time and memory of whole process trees, from /proc: for containers that have no control group. */
import { readdirSync, readFileSync } from 'node:fs'
import type { ContainerUsageSample } from '../runtime/container-runtime.ts'

interface Row {
  readonly parent: number
  readonly ticks: number
  readonly pages: number
}

/** USER_HZ and the page size of all Linux machines that Node runs on; getconf would cost a process. */
const nanosecondsPerTick = 1e7
const pageBytes = 4_096

/** One reading of all processes. `root` is another directory in tests. */
export class ProcessTable {
  readonly #rows = new Map<number, Row>()
  readonly #children = new Map<number, number[]>()

  constructor(root = '/proc') {
    for (const entry of readdirSync(root)) {
      const pid = Number(entry)
      const row = Number.isInteger(pid) ? rowOf(`${root}/${entry}/stat`) : undefined
      if (row === undefined) continue
      this.#rows.set(pid, row)
      this.#children.set(row.parent, [...(this.#children.get(row.parent) ?? []), pid])
    }
  }

  /** What a process and all below it have used; undefined when it is gone. */
  usage(pid: number): ContainerUsageSample | undefined {
    if (!this.#rows.has(pid)) return undefined
    let [ticks, pages] = [0, 0]
    const left = [pid]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const row = this.#rows.get(next) as Row
      ticks += row.ticks
      pages += row.pages
      left.push(...(this.#children.get(next) ?? []))
    }
    return { cpuNanoSeconds: ticks * nanosecondsPerTick, memoryBytes: pages * pageBytes }
  }
}

/** Fields of proc_pid_stat(5), counted behind the name in parentheses: 1 parent, 11 to 14 times (those of children that ended too), 21 resident pages. */
function rowOf(file: string): Row | undefined {
  try {
    const text = readFileSync(file, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const number = (index: number): number => Number(fields[index])
    return { parent: number(1), ticks: number(11) + number(12) + number(13) + number(14), pages: number(21) }
  } catch {
    // It ended between the listing and now.
    return undefined
  }
}
