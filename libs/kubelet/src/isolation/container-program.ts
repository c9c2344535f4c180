/** The programs that make, join and hold containers. Pure: data in, calls out. */
import { posix } from 'node:path'
import { type Credentials, takeCredentials } from './credentials.ts'
import { kernel } from './kernel.ts'
import {
  becomeWatcher,
  forkWatched,
  handPipesOver,
  joinGroups,
  keepDescriptors,
  makePipe,
  openProcess,
  pipeNumbers,
  takeDescriptor
} from './launcher/preamble.ts'
import { type Cell, Program } from './launcher/program.ts'
import { type ContainerFiles, enterRoot } from './root-filesystem.ts'

/** The input and output of a program: descriptors of the agent, pipes that the agent opens, or a terminal whose master the agent holds. */
export type Streams =
  | { readonly kind: 'descriptors'; readonly stdout: number; readonly stderr: number; readonly stdin: boolean }
  | { readonly kind: 'pipes' }
  | { readonly kind: 'terminal'; readonly master: number; readonly columns: number; readonly rows: number }

/** What is executed, and as whom. */
export interface Execution {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Absolute. */
  readonly workingDirectory: string
  readonly credentials: Credentials
  readonly streams: Streams
  /** cgroup.procs files to be written before anything else. */
  readonly groupFiles: readonly string[]
  /** Listening sockets of the agent that become 3, 4, ... */
  readonly inherited: readonly number[]
}

/** A container to be made. */
export interface NewContainer extends Execution {
  readonly agentPid: number
  /** The process that holds the pod's namespaces. */
  readonly holderPid: number
  /** The holder's process namespace is the container's too (shareProcessNamespace). */
  readonly sharesProcesses: boolean
  readonly files: ContainerFiles
  readonly oomScoreAdjustment: number
}

/** What the containers of a pod share. */
export interface PodNamespaces {
  /** A process in the pod's network namespace. */
  readonly networkPid: number
  readonly hostName: string
  readonly sharesProcesses: boolean
  /** An empty directory, on which the pod's /dev/shm is mounted. */
  readonly sharedMemory: string
  /** Namespaced kernel parameters, by their dotted names. */
  readonly systemControls: Readonly<Record<string, string>>
}

const { CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } = kernel
/** Above the numbers of pipes: kept clear of what programs open. */
const inheritedFrom = 800

/** Makes a container: the namespaces of the pod, a root filesystem of its own, its user, and at last its program. */
export function startProgram(container: NewContainer): Program {
  const program = new Program()
  becomeWatcher(program)
  const holder = openProcess(program, container.holderPid, "open the pod's namespaces")
  const streams = openStreams(program, container.agentPid, container)
  if (container.sharesProcesses) program.call('setns', [holder, CLONE_NEWPID], { doing: "join the pod's processes" })
  else program.call('unshare', [CLONE_NEWPID], { doing: 'make a process namespace' })
  forkWatched(program)
  joinGroups(program, container.groupFiles)
  adjustOomScore(program, container.oomScoreAdjustment)
  program.call('setns', [holder, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS], { doing: "join the pod's namespaces" })
  program.call('unshare', [CLONE_NEWNS], { doing: 'make a mount namespace' })
  enterRoot(program, container.files)
  // Keys of the session are not for containers.
  program.call('keyctl', [kernel.KEYCTL_JOIN_SESSION_KEYRING, 0], { mayFail: true })
  execute(program, container, streams)
  return program
}

/** Runs a command beside the program of a container, whose first process is `pid`. */
export function execProgram(agentPid: number, pid: number, execution: Execution): Program {
  const program = new Program()
  becomeWatcher(program)
  const container = openProcess(program, pid, 'open the container')
  const streams = openStreams(program, agentPid, execution)
  program.call('setns', [container, CLONE_NEWPID], { doing: "join the container's processes" })
  forkWatched(program)
  joinGroups(program, execution.groupFiles)
  program.call('setns', [container, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS], { doing: 'join the container' })
  execute(program, execution, streams)
  return program
}

/** Holds a pod's namespaces, which its containers join, until it is killed: host name, IPC, /dev/shm, and processes if they are shared. */
export function holderProgram(pod: PodNamespaces): Program {
  const program = new Program()
  becomeWatcher(program)
  const network = openProcess(program, pod.networkPid, "open the pod's network")
  if (pod.sharesProcesses) program.call('unshare', [CLONE_NEWPID], { doing: 'make a process namespace' })
  forkWatched(program)
  program.call('setns', [network, CLONE_NEWNET], { doing: "join the pod's network" })
  program.call('unshare', [CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS], { doing: 'make namespaces' })
  program.call('mount', [0, program.text('/'), 0, kernel.MS_REC | kernel.MS_SLAVE, 0], { doing: 'keep mounts to itself' })
  const tmpfs = program.text('tmpfs')
  const flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
  program.call('mount', [tmpfs, program.text(pod.sharedMemory), tmpfs, flags, program.text('mode=1777,size=65536k')], {
    doing: 'mount /dev/shm'
  })
  const name = Buffer.from(pod.hostName)
  program.call('sethostname', [program.bytes(name), name.length], { doing: 'set the host name' })
  for (const [key, value] of Object.entries(pod.systemControls)) writeFile(program, `/proc/sys/${key.replaceAll('.', '/')}`, value)
  // With shared processes this one is in the containers' /proc: its root must not be the machine's. Who joins its mounts gets all of them all the same.
  program.call('chroot', [program.text(pod.sharedMemory)], { doing: 'leave the root' })
  program.call('chdir', [program.text('/')])
  // Nobody waits for the orphans of the pod: the kernel removes the processes of whoever ignores their end.
  program.call('rt_sigaction', [kernel.SIGCHLD, program.bytes(Buffer.from(new BigInt64Array([1n, 0n, 0n, 0n]).buffer)), 0, 8])
  program.call('close_range', [0, 999, 0])
  const wait = program.label()
  program.place(wait)
  program.call('pause', [], { mayFail: true, jump: { when: 'always', to: wait } })
  return program
}

/** Sets the size of the terminal whose master is a descriptor of the agent. */
export function resizeProgram(agentPid: number, master: number, columns: number, rows: number): Program {
  const program = new Program()
  becomeWatcher(program)
  const taken = takeDescriptor(program, openProcess(program, agentPid, 'open the agent'), master)
  setSize(program, taken, columns, rows)
  program.call('exit_group', [0])
  return program
}

interface OpenStreams {
  /** What becomes 0, 1 and 2. */
  readonly ends: readonly (Cell | number)[]
  readonly isTerminal: boolean
  readonly inherited: number
}

function openStreams(program: Program, agentPid: number, { streams, inherited }: Execution): OpenStreams {
  const agent = openProcess(program, agentPid, 'open the agent')
  for (const [index, descriptor] of inherited.entries()) {
    program.call('dup2', [takeDescriptor(program, agent, descriptor), inheritedFrom + index])
  }
  const given = { inherited: inherited.length }
  if (streams.kind === 'terminal') {
    const master = takeDescriptor(program, agent, streams.master)
    program.call('ioctl', [master, kernel.TIOCSPTLCK, program.bytes(Buffer.alloc(8))], { doing: 'unlock the terminal' })
    setSize(program, master, streams.columns, streams.rows)
    const slave = program.cell()
    program.call('ioctl', [master, kernel.TIOCGPTPEER, kernel.O_RDWR | kernel.O_NOCTTY | kernel.O_CLOEXEC], {
      store: slave,
      doing: 'open the terminal'
    })
    program.call('close', [master])
    return { ends: [slave, slave, slave], isTerminal: true, ...given }
  }
  if (streams.kind === 'descriptors') {
    const output = [streams.stdout, streams.stderr].map((descriptor) => takeDescriptor(program, agent, descriptor))
    if (!streams.stdin) return { ends: [0, ...output], isTerminal: false, ...given }
    makePipe(program, pipeNumbers.stdin)
    handPipesOver(program, [pipeNumbers.stdin + 1])
    return { ends: [pipeNumbers.stdin, ...output], isTerminal: false, ...given }
  }
  const { stdin, stdout, stderr } = pipeNumbers
  for (const number of [stdin, stdout, stderr]) makePipe(program, number)
  handPipesOver(program, [stdin + 1, stdout, stderr])
  return { ends: [stdin, stdout + 1, stderr + 1], isTerminal: false, ...given }
}

/** The last steps: streams, user, working directory, program. */
function execute(program: Program, what: Execution, streams: OpenStreams): void {
  for (const [number, end] of streams.ends.entries()) program.call('dup2', [end, number])
  if (streams.isTerminal) program.call('ioctl', [0, kernel.TIOCSCTTY, 0], { doing: 'take the terminal' })
  for (let index = 0; index < streams.inherited; index++) program.call('dup2', [inheritedFrom + index, 3 + index])
  takeCredentials(program, what.credentials)
  const directory = program.text(what.workingDirectory)
  program.call('chdir', [directory], { doing: `chdir to cwd ("${what.workingDirectory}") set in config.json` })
  keepDescriptors(program, 3 + streams.inherited)
  const [name = ''] = what.argv
  const argv = program.strings(what.argv)
  const env = program.strings(Object.entries(what.env).map(([key, value]) => `${key}=${value}`))
  if (name.includes('/')) return program.call('execve', [program.text(name), argv, env], { doing: `exec: "${name}"` })
  // The first that can be executed, in the order of the container's own PATH.
  const candidates = (what.env.PATH ?? '').split(':').map((each) => posix.join(each === '' ? '.' : each, name))
  for (const [index, candidate] of candidates.entries()) {
    const mayFail = index < candidates.length - 1
    program.call('execve', [program.text(candidate), argv, env], { mayFail, doing: `exec: "${name}": executable file not found in $PATH` })
  }
}

function setSize(program: Program, terminal: Cell, columns: number, rows: number): void {
  const size = program.bytes(Buffer.from(new Uint16Array([rows, columns, 0, 0]).buffer))
  program.call('ioctl', [terminal, kernel.TIOCSWINSZ, size], { mayFail: true })
}

function adjustOomScore(program: Program, adjustment: number): void {
  // A machine may keep anything below its own for itself.
  writeFile(program, '/proc/self/oom_score_adj', String(adjustment), true)
}

function writeFile(program: Program, path: string, text: string, mayFail = false): void {
  const opened = program.cell()
  const doing = `write "${text}" to ${path}`
  program.call('openat', [kernel.AT_FDCWD, program.text(path), kernel.O_WRONLY | kernel.O_CLOEXEC], { store: opened, doing, mayFail })
  program.call('write', [opened, program.bytes(Buffer.from(text)), Buffer.byteLength(text)], { doing, mayFail })
  program.call('close', [opened], { mayFail })
}
