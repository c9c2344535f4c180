/**
 * The seam between a pod's life and what runs its containers. Whoever decides when a container starts, stops, is probed or is looked into
 * (`src/pod`, `src/probe`, `src/streams`) knows these interfaces alone; programs of this machine, root filesystems and container engines are behind them.
 */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Writable } from 'node:stream'
import type { LocalImage } from '../image/local-image.ts'
import type { Sandbox } from '../network/network.ts'
import type { Bind } from '../process/mount-plan.ts'
import type { ExecOptions, ExecSession } from './exec-session.ts'

/** One start of one container, resolved: references of its environment, volumes and command have been followed. */
export interface ContainerStart {
  readonly pod: k8s.Pod
  readonly container: k8s.Container
  /** 0 at the first start, then one more at each restart. */
  readonly attempt: number
  readonly image: LocalImage
  readonly sandbox: Sandbox
  /** Command and arguments of the spec over those of the image; never relative to anything of this process. */
  readonly argv: readonly string[]
  /** The whole environment: that of {@link ContainerRuntime.baseEnv}, the image's, links, the spec's. */
  readonly env: Readonly<Record<string, string>>
  /** '' where neither spec nor image names one. */
  readonly workingDirectory: string
  readonly binds: readonly Bind[]
  /** Descriptors of this process that the container's output goes to; a runtime that holds streams writes to them. They stay open until it ends. */
  readonly output: { readonly stdout: number; readonly stderr: number }
  /** Listening sockets of this process that the program inherits as 3, 4, ... */
  readonly inherited: readonly number[]
  /** A directory of the pod's own, for what the runtime must keep. */
  readonly directory: string
}

/** How a program ended; `signal` is the number, and then `exitCode` is 128 + it. */
export interface Exit {
  readonly exitCode: number
  readonly signal: number | undefined
  /** The kernel killed something of the container because it had reached its memory limit. */
  readonly outOfMemory: boolean
}

/** What a container has used since it started, and holds now. */
export interface ContainerUsageSample {
  readonly cpuNanoSeconds: number
  /** Working set. */
  readonly memoryBytes: number
}

/** A started container. */
export interface RunningContainer {
  /** `containerID` of the status, with its scheme. */
  readonly id: string
  /** Its first process as this machine sees it; undefined where only an engine knows. */
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  /** The program's standard input, where the spec has `stdin: true`; closing it is its end of file. */
  readonly stdin: Writable | undefined
  /** Tells the terminal its size, in characters, where the spec has `tty: true`; nothing without one. */
  resize(columns: number, rows: number): void
  /** Signals the container's first process, and its group where it shares this machine's process ids. */
  signal(name: NodeJS.Signals): void
  /** Runs a command in the container's namespaces, environment, user and working directory. Never throws: see {@link ExecSession.exitCode}. */
  exec(command: readonly string[], options: ExecOptions): ExecSession
  /** What the program wrote to its terminationMessagePath, at most 4096 bytes; '' when nothing. Good until the container starts again. */
  terminationMessage(): string
  /** Undefined where this machine does not count. Cheap: no process is started. */
  usage(): Promise<ContainerUsageSample | undefined>
}

/** Starts containers of images that it knows. An image names its runtime: see {@link LocalImage}. */
export interface ContainerRuntime {
  /** Variables that every container has, before its image's and its own. */
  baseEnv(pod: k8s.Pod, sandbox: Sandbox): Record<string, string>
  /**
   * Starts the program. Rejects with StartError when the program cannot be executed (the container has ended with 128), and with Blocked when
   * something that it needs is not there or not possible here (the container waits and is tried again).
   */
  start(what: ContainerStart): Promise<RunningContainer>
}
