import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** This program again, in another part: `--part=NAME` and its arguments. `flags` are Node's. */
export function forkPart(part: string, args: readonly string[] = [], flags: readonly string[] = []): ChildProcess {
  return fork(process.argv[1] ?? '', [`--part=${part}`, ...args], { execArgv: [...flags], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** The next message of a child; rejects when it ends first. */
export async function messageOf<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`a part of the benchmark ended with ${String(code)}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: over.signal }), ended])) as [T]
    return message
  } finally {
    over.abort()
    // What lost the race is rejected by the abort.
    ended.catch(() => undefined)
  }
}

/** Lets a child end by itself, and waits. */
export async function release(child: ChildProcess): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve()
  if (child.connected) child.disconnect()
  await exited
}
