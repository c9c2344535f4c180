/** What programs of containers have in common: the process that watches, and the one that becomes the container. */
import { kernel } from '../kernel.ts'
import type { Cell, Fact, HalfCell, Program } from './program.ts'

/** Kinds of facts. Values: the pid; wait(2)'s status; the watching process's pid. */
export const factKinds = { started: 2, ended: 3, pipesReady: 4 } as const

/** Pipes of a watching process by their numbers there: each pair is the reading end, then the writing end. The agent opens them in /proc. */
export const pipeNumbers = { stdin: 900, stdout: 902, stderr: 904, proceed: 906 } as const
const factsNumber = 1000
const highest = 0xffff_ffff

/** A process of the launcher begins with the launcher's habits and the pipe of requests: this ends both. It goes when the launcher goes. */
export function becomeWatcher(program: Program): void {
  const plain = program.bytes(Buffer.alloc(32))
  program.call('rt_sigaction', [kernel.SIGCHLD, plain, 0, 8])
  program.call('prctl', [kernel.PR_SET_PDEATHSIG, kernel.SIGKILL])
  program.call('setsid', [])
  const nothing = program.cell()
  program.call('openat', [kernel.AT_FDCWD, program.text('/dev/null'), kernel.O_RDWR], { store: nothing })
  for (const number of [0, 1, 2]) program.call('dup2', [nothing, number])
  program.call('close', [nothing])
}

/** Makes a pipe at a pair of {@link pipeNumbers}. */
export function makePipe(program: Program, number: number): void {
  const ends = program.cell()
  program.call('pipe2', [{ at: ends.word }, kernel.O_CLOEXEC], { doing: 'make a pipe' })
  for (const [index, end] of [ends.word, ends.word + 4].entries()) {
    program.call('dup2', [{ half: end }, number + index])
    program.call('close', [{ half: end }])
  }
}

/** Tells the agent that pipes are there, and waits until it has opened its ends. `agentEnds` are this process's copies of those, which go. */
export function handPipesOver(program: Program, agentEnds: readonly number[]): void {
  makePipe(program, pipeNumbers.proceed)
  const ready = program.fact(factKinds.pipesReady)
  program.call('getpid', [], { store: ready.value })
  program.tell(ready)
  program.call('read', [pipeNumbers.proceed, program.bytes(Buffer.alloc(8)), 1])
  for (const number of [...agentEnds, pipeNumbers.proceed, pipeNumbers.proceed + 1]) program.call('close', [number])
}

/**
 * Makes the process that becomes the container and watches it until it ends; what is added to the program afterwards is the new process's.
 * The agent hears `started` once that has executed its program or failed to, and `ended`.
 */
export function forkWatched(program: Program): void {
  const executed = program.cell()
  program.call('pipe2', [{ at: executed.word }, kernel.O_CLOEXEC], { doing: 'make a pipe' })
  const [reading, writing]: readonly [HalfCell, HalfCell] = [{ half: executed.word }, { half: executed.word + 4 }]
  const started: Fact = program.fact(factKinds.started)
  const ended: Fact = program.fact(factKinds.ended)
  const child = program.label()
  program.call('clone', [kernel.SIGCHLD, 0, 0, 0, 0], { store: started.value, jump: { when: 'zero', to: child }, doing: 'make a process' })
  program.call('close', [writing])
  program.call('read', [reading, program.bytes(Buffer.alloc(8)), 1])
  program.call('close_range', [0, factsNumber - 1, 0])
  program.tell(started)
  program.call('wait4', [started.value, { at: ended.value.word }, 0, 0])
  program.tell(ended)
  program.call('exit_group', [0])
  program.place(child)
  program.beginWatched()
  program.call('prctl', [kernel.PR_SET_PDEATHSIG, kernel.SIGKILL])
  program.call('setsid', [])
}

/** Takes a descriptor of the agent: `agent` is a pidfd. */
export function takeDescriptor(program: Program, agent: Cell, descriptor: number): Cell {
  const taken = program.cell()
  program.call('pidfd_getfd', [agent, descriptor, 0], { store: taken, doing: "take a descriptor of the agent's" })
  return taken
}

/** A pidfd of a process of this machine. */
export function openProcess(program: Program, pid: number, doing: string): Cell {
  const opened = program.cell()
  program.call('pidfd_open', [pid, 0], { store: opened, doing })
  return opened
}

/** Nothing but the first `count` descriptors, and those that are closed on execution, is left to the program. */
export function keepDescriptors(program: Program, count: number): void {
  program.call('close_range', [count, highest, kernel.CLOSE_RANGE_CLOEXEC])
}

/** Puts this process into control groups. */
export function joinGroups(program: Program, files: readonly string[]): void {
  const self = program.bytes(Buffer.from('0'))
  for (const file of files) {
    const opened = program.cell()
    const doing = `join the control group ${file}`
    program.call('openat', [kernel.AT_FDCWD, program.text(file), kernel.O_WRONLY | kernel.O_CLOEXEC], { store: opened, doing })
    program.call('write', [opened, self, 1], { doing })
    program.call('close', [opened])
  }
}
