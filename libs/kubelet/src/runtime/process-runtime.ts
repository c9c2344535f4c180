/** Containers that are programs of this machine, in the pod's network and with the pod's volumes: images of package directories. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { readFileSync, truncateSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { nodeMark } from '../clean-up.ts'
import { hostPrivileges, thisAgent } from '../isolation/host-privileges.ts'
import type { Place, Sandbox } from '../network/network.ts'
import { hostNameOf } from '../network/pod-files.ts'
import type { Cgroups, ContainerGroup } from '../process/cgroups.ts'
import { limitsOf } from '../process/group-limits.ts'
import { launch } from '../process/launch.ts'
import type { Ledger } from '../process/ledger.ts'
import { Blocked } from './blocked.ts'
import type { ContainerRuntime, ContainerStart, RunningContainer } from './container-runtime.ts'
import { execInPlace } from './process-exec.ts'

/** What it needs of the node. */
export interface ProcessRuntimeOptions {
  readonly ledger: Ledger
  readonly cgroups: Cgroups
  readonly nodeBinary: string
  /** Value of the variable that marks the processes of this agent. */
  readonly nodeMark: string
}

export class ProcessRuntime implements ContainerRuntime {
  readonly #options: ProcessRuntimeOptions
  /** A container keeps its place, and what is mounted there, over restarts. */
  readonly #places = new WeakMap<Sandbox, Map<string, Promise<Place>>>()

  readonly #agent = thisAgent()

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options
  }

  baseEnv(pod: k8s.Pod, sandbox: Sandbox): Record<string, string> {
    const path = process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    return {
      PATH: `${dirname(this.#options.nodeBinary)}:${path}`,
      HOME: process.env.HOME ?? '/',
      HOSTNAME: hostNameOf(pod),
      [nodeMark]: this.#options.nodeMark,
      ...sandbox.env
    }
  }

  async start(what: ContainerStart): Promise<RunningContainer> {
    const { container, sandbox, pod, output } = what
    const { ledger, nodeBinary } = this.#options
    const privileges = hostPrivileges(pod, container, this.#agent)
    const place = await this.#placeOf(what)
    const argv = what.argv.map((word, index) => (index === 0 && word === 'node' ? nodeBinary : word))
    const env: Record<string, string> = { ...what.env }
    // The hook of loopback mode must stay when a container has Node options of its own.
    const own = sandbox.env.NODE_OPTIONS
    if (own !== undefined && env.NODE_OPTIONS !== own) env.NODE_OPTIONS = `${own} ${env.NODE_OPTIONS ?? ''}`.trim()
    const isNode = /^node(js)?$/.test(basename(argv[0] ?? ''))
    if (!isNode) Object.assign(env, await sandbox.adopt((container.ports ?? []).map(({ containerPort }) => containerPort)))
    const group = this.#groupOf(what, env)
    const { workingDirectory, inherited } = what
    const cgroupFiles = group?.files ?? []
    const program = await launch(
      {
        place,
        argv,
        privileges,
        workingDirectory,
        env,
        output,
        inherited,
        cgroupFiles,
        stdin: container.stdin === true,
        terminal: container.tty === true
      },
      ledger
    )
    const exited = program.exited.then((exit) => {
      const outOfMemory = group?.ranOut() === true
      group?.remove()
      return { ...exit, outOfMemory }
    })
    return {
      id: `process://${pod.metadata.uid}-${container.name}-${what.attempt}-${program.pid}`,
      pid: program.pid,
      exited,
      stdin: program.stdin,
      resize: program.resize,
      signal: program.signal,
      exec: (command, options) => execInPlace({ place, privileges, env, workingDirectory }, command, options),
      terminationMessage: () => messageOf(place.terminationLog),
      usage: () => Promise.resolve(group?.usage())
    }
  }

  async #placeOf({ container, sandbox, binds }: ContainerStart): Promise<Place> {
    const places = this.#places.get(sandbox) ?? new Map<string, Promise<Place>>()
    this.#places.set(sandbox, places)
    const known = places.get(container.name)
    if (known !== undefined) {
      const place = await known
      if (place.terminationLog !== undefined) truncateSync(place.terminationLog)
      return place
    }
    const making = sandbox.place(container.name, binds, container.terminationMessagePath ?? '/dev/termination-log')
    places.set(container.name, making)
    return making.catch((error: Error) => {
      places.delete(container.name)
      throw new Blocked('CreateContainerError', error.message)
    })
  }

  /** A cgroup where one can be made; else Node at least is told to keep its heap below the memory limit. */
  #groupOf({ container, pod, attempt }: ContainerStart, env: Record<string, string>): ContainerGroup | undefined {
    const limits = limitsOf(container)
    const group = this.#options.cgroups.open(pod.metadata.uid ?? '', `${container.name}-${attempt}`, limits)
    const { memoryBytes } = limits
    // Three quarters: buffers, code and stacks live outside the heap.
    if (memoryBytes !== undefined && group?.limitsMemory !== true)
      env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ''} --max-old-space-size=${Math.max(16, Math.floor((memoryBytes * 0.75) / 2 ** 20))}`.trim()
    return group
  }
}

function messageOf(file: string | undefined): string {
  return file === undefined ? '' : readFileSync(file).subarray(0, 4096).toString('utf8')
}
