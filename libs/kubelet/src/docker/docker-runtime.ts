/** Containers that a Docker engine runs, in the namespaces of their pod. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Container } from 'dockerode'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Log } from '@knative-ts/kube'
import type { Bind } from '../process/mount-plan.ts'
import { Blocked } from '../runtime/blocked.ts'
import type { ContainerRuntime, ContainerStart, ContainerUsageSample, Exit, RunningContainer } from '../runtime/container-runtime.ts'
import { StartError } from '../runtime/start-error.ts'
import { containerOptions } from './container-options.ts'
import { demultiplex } from './demultiplex.ts'
import { descriptorStream } from './descriptor-stream.ts'
import { type DockerEngine, removed } from './docker-engine.ts'
import { execInContainer } from './docker-exec.ts'
import { HeldSandbox } from './held-sandbox.ts'

const TERMINATION_PATH = '/dev/termination-log'
const MESSAGE_LENGTH = 4_096
/** What the kernel's killer leaves as exit code: 128 + SIGKILL. */
const KILLED = 137
/** The engine's words for a program that it cannot execute, or a directory that it cannot change to. */
const NOT_EXECUTABLE = /exec: |executable file not found|no such file or directory: unknown|permission denied: unknown|chdir to cwd/

export class DockerRuntime implements ContainerRuntime {
  readonly #engine: DockerEngine
  readonly #log: Log

  constructor(engine: DockerEngine, log: Log) {
    this.#engine = engine
    this.#log = log
  }

  baseEnv(pod: k8s.Pod): Record<string, string> {
    return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: pod.metadata.name ?? '' }
  }

  async start(what: ContainerStart): Promise<RunningContainer> {
    const { sandbox, container: spec, argv } = what
    if (argv.length === 0) throw new StartError('no command specified')
    if (!(sandbox instanceof HeldSandbox))
      throw new Blocked('CreateContainerError', 'the pod was started without the Docker engine: delete it, so that it is made anew')
    const message = terminationFile(what)
    const options = containerOptions(what, sandbox.holder.id, [...sandbox.files(), message])
    const container = await this.#engine.create(options).catch((error: Error) => {
      throw new Blocked('CreateContainerError', error.message)
    })
    const output = await this.#attach(container, what)
    try {
      await container.start()
    } catch (error) {
      await removed(container)
      const { message: text } = error as Error
      throw NOT_EXECUTABLE.test(text) ? new StartError(text) : new Blocked('CreateContainerError', text)
    }
    const { State } = await container.inspect()
    return {
      id: `docker://${container.id}`,
      pid: State.Pid > 0 ? State.Pid : undefined,
      exited: this.#ended(what, container, output.drained),
      stdin: spec.stdin === true ? output.stream : undefined,
      resize: (columns, rows) => this.#attempt(what, container.resize({ w: columns, h: rows })),
      signal: (name) => this.#attempt(what, container.kill({ signal: name })),
      exec: (command, wanted) => execInContainer(container, command, wanted),
      terminationMessage: () => readFileSync(message.source).subarray(0, MESSAGE_LENGTH).toString('utf8'),
      usage: () => usageOf(container)
    }
  }

  /** Output is followed from before the start, so that nothing of it is missed. */
  async #attach(container: Container, what: ContainerStart): Promise<{ stream: Duplex; drained: Promise<unknown> }> {
    const { container: spec, output } = what
    const streams = { stream: true, stdin: spec.stdin === true, stdout: true, stderr: true }
    const stream = (await container.attach({ ...streams, hijack: true })) as unknown as Duplex
    const stdout = descriptorStream(output.stdout)
    // One log for both: one writer keeps the order in which the engine sends them.
    const stderr = output.stderr === output.stdout ? stdout : descriptorStream(output.stderr)
    if (spec.tty === true) stream.pipe(stdout, { end: false })
    else demultiplex(container, stream, stdout, stderr)
    const drained = finished(stream, { writable: false })
      .catch((error: Error) => this.#log.warn({ ...names(what), error }, 'the Docker engine broke off the output of a container'))
      .then(() => Promise.all([...new Set([stdout, stderr])].map((each) => new Promise((resolve) => each.end(resolve)))))
    return { stream, drained }
  }

  async #ended(what: ContainerStart, container: Container, drained: Promise<unknown>): Promise<Exit> {
    const { StatusCode } = (await container.wait()) as { StatusCode: number }
    await drained
    const state = await container.inspect().then(
      ({ State }) => State,
      // How it ended is known; only whether memory ran out is not.
      (error: Error) => void this.#log.warn({ ...names(what), error }, 'the Docker engine does not know a container that has just ended')
    )
    await removed(container)
    return { exitCode: StatusCode, signal: undefined, outOfMemory: state?.OOMKilled === true && StatusCode === KILLED }
  }

  /** What may come too late: the container may just have ended. */
  #attempt(what: ContainerStart, asked: Promise<unknown>): void {
    asked.catch((error: Error) => this.#log.debug({ ...names(what), error }, 'a container has ended already'))
  }
}

const names = ({ pod, container }: ContainerStart): { readonly pod: string; readonly container: string } => ({
  pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
  container: container.name
})

function terminationFile({ directory, container, attempt }: ContainerStart): Bind {
  const source = join(directory, `termination-${container.name}-${attempt}`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(source, '')
  // Any user of the container may write it, whatever this process's mask says.
  chmodSync(source, 0o666)
  return { source, target: container.terminationMessagePath ?? TERMINATION_PATH, kind: 'file', readOnly: false }
}

interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } }
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> }
}

async function usageOf(container: Container): Promise<ContainerUsageSample | undefined> {
  // Without an answer (it has just ended) it is measured by its process, or not at all this time.
  const stats = (await container.stats({ stream: false, 'one-shot': true }).catch(() => undefined)) as Stats | undefined
  const { usage, stats: memory = {} } = stats?.memory_stats ?? {}
  const cpu = stats?.cpu_stats?.cpu_usage?.total_usage
  if (cpu === undefined || usage === undefined) return undefined
  // Version 1 of control groups counts what the group's children cache as well, version 2 has one number.
  return { cpuNanoSeconds: cpu, memoryBytes: Math.max(0, usage - (memory['total_inactive_file'] ?? memory['inactive_file'] ?? 0)) }
}
