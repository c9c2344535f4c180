import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { cores, outputOf, pinned } from './pinned.ts'
import { startedLine, type QueueProxyCommand } from './queue-proxy-role.ts'

/** One start, told by the program that did it (`../anchors/start`): this one is too big to fork in no time. */
export interface Start {
  readonly firstResponseMs: number
  readonly lineMs: number
  /** A second after the line. */
  readonly rssMib: number
}

/** Starts the command alone on its core, and asks it at `address` as soon as it listens. Rejects when it does not answer. */
export async function measureStart(program: string, address: string, { command, args, env }: QueueProxyCommand): Promise<Start> {
  const onItsCore = ['taskset', '-c', String(cores.proxy), command, ...args]
  const child = pinned(cores.others, program, ['-address', address, '-line', startedLine, '--', ...onItsCore], env)
  const said = outputOf(child)
  const [out, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit')])
  if (code !== 0) throw new Error(`no start: ${said()}`)
  return JSON.parse(out) as Start
}
