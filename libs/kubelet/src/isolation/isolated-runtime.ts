/** Containers with a root filesystem of their own, in namespaces of their own: images of the store. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { mkdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { nodeMark } from '../clean-up.ts'
import type { Sandbox } from '../network/network.ts'
import type { Cgroups, ContainerGroup } from '../process/cgroups.ts'
import { limitsOf } from '../process/group-limits.ts'
import type { Ledger } from '../process/ledger.ts'
import { signal } from '../process/process-identity.ts'
import { Blocked } from '../runtime/blocked.ts'
import type { ContainerRuntime, ContainerStart, RunningContainer } from '../runtime/container-runtime.ts'
import { StartError } from '../runtime/start-error.ts'
import { AgentTerminal } from './agent-terminal.ts'
import { startProgram, type Streams } from './container-program.ts'
import { containerFiles } from './container-files.ts'
import { openLayer } from '../image/store/layer-tree.ts'
import { copyLayers } from './copied-root.ts'
import { canOverlay } from './overlay-probe.ts'
import { execIsolated, writingEnd } from './isolated-exec.ts'
import type { ImagesInUse } from './images-in-use.ts'
import type { Launcher } from './launcher/launcher.ts'
import { ProgramFailure, runWatched } from './launcher/watched-process.ts'
import { oomScoreAdjustment } from './oom-score.ts'
import { holdPod, type PodHolder } from './pod-holder.ts'
import { type ImageRoot, securityOf } from './security.ts'

/** What it needs of the node. */
export interface IsolatedRuntimeOptions {
  readonly launcher: Launcher
  readonly ledger: Ledger
  readonly cgroups: Cgroups
  readonly nodeMark: string
  /** Memory of the machine, bytes. */
  readonly memoryBytes: number
  /** Where the files of an image are; `locator` is that of a LocalImage. */
  readonly rootOf: (locator: string) => Promise<ImageRoot>
  readonly inUse: ImagesInUse
  /** False: copies of the layers even where an overlay of them could be mounted. */
  readonly overlay?: boolean
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export class IsolatedRuntime implements ContainerRuntime {
  readonly #options: IsolatedRuntimeOptions
  #canOverlay: Promise<boolean> | undefined
  readonly #holders = new WeakMap<Sandbox, Promise<PodHolder>>()

  constructor(options: IsolatedRuntimeOptions) {
    this.#options = options
  }

  baseEnv(pod: k8s.Pod): Record<string, string> {
    return { PATH: usualPath, HOSTNAME: pod.spec?.hostname ?? pod.metadata.name ?? '', [nodeMark]: this.#options.nodeMark }
  }

  async start(what: ContainerStart): Promise<RunningContainer> {
    const { container, pod, image, attempt } = what
    if (what.argv.length === 0) throw new StartError('no command specified')
    const { launcher, ledger, cgroups, memoryBytes, rootOf, inUse } = this.#options
    const root = await rootOf(image.locator).catch(block)
    const security = securityOf(pod, container, image.config.user, root)
    const holder = await this.#holderOf(what)
    const directory = join(what.directory, 'containers', `${container.name}-${attempt}`)
    const messageFile = join(directory, 'termination-log')
    for (const each of ['upper', 'work', 'root']) mkdirSync(join(directory, each), { recursive: true })
    const overlay = await this.#overlays(directory)
    if (!overlay)
      await copyLayers(
        root.layers.map((name) => openLayer(join(root.directory, name))),
        join(directory, 'root')
      ).catch(block)
    writeFileSync(messageFile, '', { mode: 0o666 })
    const group = cgroups.open(pod.metadata.uid ?? '', `${container.name}-${attempt}`, limitsOf(container))
    const env = { ...what.env, ...(what.env.HOME === undefined ? { HOME: security.home || '/' } : {}) }
    const execution = {
      env,
      workingDirectory: what.workingDirectory || '/',
      credentials: security.credentials,
      groupFiles: group?.files ?? []
    }
    const terminal = container.tty === true ? new AgentTerminal(launcher) : undefined
    if (terminal !== undefined) copyTo(terminal, what.output.stdout)
    const streams: Streams = terminal?.streams ?? { kind: 'descriptors', ...what.output, stdin: container.stdin === true }
    const stdin = container.stdin === true ? new PassThrough() : undefined
    if (terminal !== undefined) stdin?.pipe(terminal.input)
    const program = startProgram({
      ...execution,
      argv: what.argv,
      streams,
      inherited: what.inherited,
      agentPid: process.pid,
      holderPid: holder.pid,
      sharesProcesses: holder.sharesProcesses,
      files: containerFiles({ start: what, root, holder, directory, messageFile, group, security, overlay }),
      oomScoreAdjustment: oomScoreAdjustment(pod, container, memoryBytes)
    })
    const running = await runWatched(launcher, program, (open) => stdin?.pipe(writingEnd(open))).catch((error: unknown) => {
      terminal?.close()
      discard(directory, group)
      throw inWords(error)
    })
    ledger.started(running.pid)
    inUse.add(image.locator)
    const exited = running.ended.then((end) => {
      ledger.ended(running.pid)
      inUse.remove(image.locator)
      const outOfMemory = group?.ranOut() === true
      discard(directory, group)
      return { ...end, outOfMemory }
    })
    return {
      id: `isolated://${pod.metadata.uid}-${container.name}-${attempt}-${running.pid}`,
      pid: running.pid,
      exited,
      stdin: stdin satisfies Writable | undefined,
      resize: (columns, rows) => terminal?.resize(columns, rows),
      // Who is asked to end hears the signal that the image wants for that.
      signal: (name) => {
        signal(running.pid, name === 'SIGTERM' ? stopSignalOf(image.config.stopSignal) : name)
      },
      exec: (command, options) => execIsolated(launcher, running.pid, { ...execution, argv: command }, options),
      terminationMessage: () => readFileSync(messageFile).subarray(0, 4096).toString('utf8'),
      usage: () => Promise.resolve(group?.usage())
    }
  }

  /** Found out once: all containers of an agent are on one file system. */
  #overlays(directory: string): Promise<boolean> {
    this.#canOverlay ??= this.#options.overlay === false ? Promise.resolve(false) : canOverlay(this.#options.launcher, directory)
    return this.#canOverlay
  }

  #holderOf({ sandbox, pod, directory }: ContainerStart): Promise<PodHolder> {
    const known = this.#holders.get(sandbox)
    if (known !== undefined) return known
    if (sandbox.networkPid === undefined)
      throw new Blocked(
        'CreateContainerError',
        'images with a root filesystem need pods in network namespaces: run standalone as root with --network netns, or use a package directory (dev.local/NAME)'
      )
    const own = join(directory, 'pod')
    mkdirSync(own, { recursive: true })
    const holding = holdPod(this.#options.launcher, pod, sandbox.networkPid, own)
    this.#holders.set(sandbox, holding)
    return holding.catch((error: unknown) => {
      this.#holders.delete(sandbox)
      throw inWords(error)
    })
  }
}

function block(error: Error): never {
  throw new Blocked('CreateContainerError', error.message)
}

/** The program's own files go with it; what it has written as its last words stays until the pod's directory goes. */
function discard(directory: string, group: ContainerGroup | undefined): void {
  group?.remove()
  for (const each of ['upper', 'work', 'root']) rmSync(join(directory, each), { recursive: true, force: true })
}

/** A name, or a number, as images have it. */
function stopSignalOf(text: string): NodeJS.Signals {
  const name = text.startsWith('SIG') ? text : `SIG${text}`
  const known = Object.entries(osConstants.signals).find(([each, number]) => each === name || String(number) === text)?.[0]
  return (known ?? 'SIGTERM') as NodeJS.Signals
}

function copyTo(terminal: AgentTerminal, descriptor: number): void {
  terminal.output.on('data', (chunk: Buffer) => writeSync(descriptor, chunk))
}

/** Failures of the last steps are the container's; earlier ones are this node's, and may go. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ProgramFailure)) return error
  const { call, doing, errno } = error.failure
  const path = /^exec: "(.*)"$/.exec(doing)?.[1]
  if (call === 'execve' && path !== undefined && errno === osConstants.errno.ENOENT)
    return new StartError(`${doing}: stat ${path}: no such file or directory`)
  if (call === 'execve' || call === 'chdir') return new StartError(error.message)
  return new Blocked('CreateContainerError', `failed to create containerd task: ${error.message}`)
}
