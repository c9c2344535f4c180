/** A pod's namespaces, held open by a process that does nothing: when it and the containers are gone, the kernel removes the rest. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostTree } from '../process/host-tree.ts'
import type { Ledger } from '../process/ledger.ts'
import { type Bind, mountPlan, quote } from '../process/mount-plan.ts'
import type { Launcher } from '../isolation/launcher/launcher.ts'
import { runWatched } from '../isolation/launcher/watched-process.ts'
import { networkOf, processesInNetwork, signal } from '../process/process-identity.ts'
import { run } from '../process/run.ts'
import type { Place, Sandbox } from './network.ts'
import { hostNameOf, hostsOf, resolvConfOf } from './pod-files.ts'
import { holderScript, memoryInside, type SandboxFiles, type SandboxLink, sandboxScript } from './netns-script.ts'
import { wireProgram } from './wire-program.ts'

/** What a sandbox needs of the node. */
export interface NetnsHost {
  readonly bridge: string
  readonly gateway: string
  readonly directory: string
  /** Where the agent's pods have their volumes in memory. */
  readonly memory: string
  readonly ledger: Ledger
  /** Makes networks without a shell; absent where there is none for this processor. */
  readonly launcher: Launcher | undefined
}

interface Holder {
  readonly pid: number
  readonly terminationLog: string
  used: boolean
}

/** Holders that are made with the sandbox: the usual pod has two containers. */
const readyHolders = 2
/** A killed process is gone within this, unless the kernel holds it. ms. */
const emptyMs = 2_000
const terminationPath = '/dev/termination-log'

/** One pod's network and mount namespaces. Made without a pod, so that a pool can have some ready. */
export class NetnsSandbox implements Sandbox {
  readonly address: string
  readonly serviceAccountDirectory: string
  readonly env = {}
  readonly veth: string
  readonly #host: NetnsHost
  readonly #directory: string
  readonly #holders: Holder[] = []
  readonly #children: ChildProcess[] = []
  /** A process in the pod's network. */
  #networkPid: number | undefined
  /** A process in the mount namespace that those of containers are made from. */
  #furnished: Promise<number> | undefined
  #network: string | undefined
  /** Keeps the namespace until it is known to be empty: its number would be given to another pod's at once, whose processes would then be taken for its own. */
  #namespace: number | undefined
  #hostName = ''
  #onClose: () => void = () => undefined
  #madeHolders = 0
  #closing: Promise<void> | undefined

  constructor(host: NetnsHost, address: string, serial: number) {
    this.#host = host
    this.address = address
    this.veth = `${host.bridge}p${serial}`
    this.#directory = join(host.directory, `sandbox-${serial}`)
    this.serviceAccountDirectory = join(this.#directory, 'serviceaccount')
  }

  /**
   * Makes the network, or joins that of the process `joined`, which has no wire yet. Rejects with what the set-up printed. Mounts are only made where
   * the network needs a shell anyway: see {@link NetnsSandbox.furnish}.
   */
  async make(joined?: number): Promise<void> {
    const files = this.#files()
    const { launcher, gateway, bridge } = this.#host
    for (const each of [files.serviceAccount, files.memory]) mkdirSync(each, { recursive: true })
    writeFileSync(files.resolvConf, `nameserver ${gateway}\n`)
    writeFileSync(files.hosts, '127.0.0.1\tlocalhost\n')
    if (launcher !== undefined && joined === undefined) {
      const bridgeIndex = Number(readFileSync(`/sys/class/net/${bridge}/ifindex`, 'utf8'))
      const wire = wireProgram({ veth: this.veth, bridgeIndex, address: this.address, prefix: 16, gateway })
      this.#networkPid = (await runWatched(launcher, wire)).pid
      this.#keepNamespace(this.#networkPid)
      this.#host.ledger.started(this.#networkPid)
      return
    }
    const network = joined === undefined ? ['unshare', '-n'] : ['nsenter', '-t', String(joined), '-n', '-F', '--', 'unshare']
    this.#furnished = this.#furnish(network, { veth: this.veth, address: this.address, gateway, agentPid: process.pid })
    this.#networkPid = await this.#furnished
    this.#keepNamespace(this.#networkPid)
    const attached = await run(['ip', 'link', 'set', this.veth, 'master', bridge, 'up'])
    if (attached.code !== 0) throw new Error(`cannot attach ${this.veth} to ${bridge}: ${attached.stderr.trim()}`)
  }

  #keepNamespace(pid: number): void {
    this.#namespace = openSync(`/proc/${pid}/ns/net`, 'r')
    this.#network = networkOf(pid)
  }

  /** Makes the mount namespaces for programs of this machine, which images with a root filesystem do without. */
  async furnish(): Promise<number> {
    this.#furnished ??= this.#furnish(['nsenter', '-t', String(this.#networkPid), '-n', '-F', '--', 'unshare'], undefined)
    return this.#furnished
  }

  async #furnish(network: readonly string[], link: SandboxLink | undefined): Promise<number> {
    for (let index = 0; index < readyHolders; index++) this.#makeTerminationLog(index)
    this.#madeHolders = readyHolders
    const holders = Array.from({ length: readyHolders }, (_, index) => this.#terminationLog(index))
    const script = sandboxScript(this.#files(), holders, link)
    const held = this.#hold([...network, '-m', '-u', '--propagation', 'slave', 'sh', '-c', script], readyHolders + 1)
    const { pid } = this.#children.at(-1) as ChildProcess
    const lines = await held
    this.#holders.push(...lines.filter((line) => line !== 'up').map(holderOf))
    return pid as number
  }

  get networkPid(): number | undefined {
    return this.#networkPid
  }

  get podFiles(): SandboxFiles {
    return this.#files()
  }

  /** Gives the sandbox to a pod: its files and its host name. */
  assign(pod: k8s.Pod, onClose: () => void): void {
    this.#onClose = onClose
    this.#hostName = hostNameOf(pod)
    const files = this.#files()
    const machine = existsSync('/etc/resolv.conf') ? readFileSync('/etc/resolv.conf', 'utf8') : ''
    writeFileSync(files.resolvConf, resolvConfOf(pod, this.#host.gateway, machine))
    writeFileSync(files.hosts, hostsOf(pod, this.address))
  }

  reach(port: number): { host: string; port: number } {
    return { host: this.address, port }
  }

  async place(container: string, given: readonly Bind[], messagePath: string): Promise<Place> {
    const { memory } = this.#host
    const binds = given.map((bind) =>
      bind.source.startsWith(`${memory}/`) ? { ...bind, source: memoryInside + bind.source.slice(memory.length) } : bind
    )
    const furnished = await this.furnish()
    const holder = this.#holders.find(({ used }) => !used) ?? (await this.#addHolder(furnished))
    holder.used = true
    const { terminationLog } = holder
    const all =
      messagePath === terminationPath
        ? binds
        : [...binds, { source: terminationLog, target: messagePath, kind: 'file' as const, readOnly: false }]
    const staging = join(this.#directory, `mounts-${container}`)
    const plan = all.length === 0 ? undefined : mountPlan(all, hostTree, ['/run', '/dev'], staging)
    if (plan !== undefined) {
      mkdirSync(staging, { recursive: true })
      const mounted = await run(['nsenter', '-t', String(holder.pid), '-n', '-m', '--', 'sh', '-c', plan.script])
      if (mounted.code !== 0) {
        holder.used = false
        throw new Error(`cannot mount the volumes of container "${container}": ${mounted.stderr.trim()}`)
      }
    }
    const root = plan?.root === undefined ? undefined : `/proc/${holder.pid}/root${plan.root}`
    const enter = [
      'nsenter',
      '-t',
      String(holder.pid),
      '-n',
      '-m',
      '-u',
      ...(root === undefined ? [] : [`--root=${root}`, `--wd=${root}`]),
      '-F',
      '--'
    ]
    const named = this.#hostName === '' ? '' : `echo ${quote(this.#hostName)} > /proc/sys/kernel/hostname; `
    const changed = [...all.map(({ target }) => target), '/run', '/var/run']
    return {
      terminationLog,
      // nsenter leaves the working directory at the new root, and older ones cannot be told another.
      // The host name is set by whoever enters, for a process of its own would cost more; all write the same.
      enter: (argv, workingDirectory) => [...enter, 'sh', '-c', `${named}cd "$0" && exec "$@"`, workingDirectory, ...argv],
      sharesPath: (path) => !changed.some((each) => path === each || path.startsWith(`${each}/`))
    }
  }

  adopt(): Promise<Record<string, string>> {
    return Promise.resolve({})
  }

  close(): Promise<void> {
    // Once: the address may belong to another pod by the second call.
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const gone = this.#children
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of this.#children) if (child.pid !== undefined && child.exitCode === null) signal(-child.pid, 'SIGKILL')
    await this.#empty()
    await Promise.all(gone)
    if (this.#namespace !== undefined) closeSync(this.#namespace)
    rmSync(this.#directory, { recursive: true, force: true })
    this.#onClose()
  }

  /** Whatever left its process group is still in the pod's network, and what was just entering it comes late: looks until nobody is there. */
  async #empty(): Promise<void> {
    if (this.#network === undefined) return
    // Each look costs a read of every process of the machine: killed ones are gone at the second or third.
    for (let waitMs = 2, until = performance.now() + emptyMs; performance.now() < until; waitMs = Math.min(waitMs * 2, 50)) {
      const left = processesInNetwork(this.#network)
      if (left.length === 0) return
      for (const pid of left) signal(pid, 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  async #addHolder(furnished: number): Promise<Holder> {
    const index = this.#madeHolders++
    this.#makeTerminationLog(index)
    const script = holderScript(this.#terminationLog(index))
    const pause = String(furnished)
    const [line] = await this.#hold(
      ['nsenter', '-t', pause, '-n', '-m', '-u', '-F', '--', 'unshare', '-m', '--propagation', 'slave', 'sh', '-c', script],
      1
    )
    const holder = holderOf(line as string)
    this.#holders.push(holder)
    return holder
  }

  /** Starts a process that holds namespaces until its standard input ends: that is, at the latest, with this agent. */
  #hold(argv: readonly string[], lines: number): Promise<string[]> {
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    this.#children.push(child)
    return new Promise((resolve, reject) => {
      let printed = ''
      let complaint = ''
      child.on('error', reject)
      child.on('exit', () => {
        if (child.pid !== undefined) this.#host.ledger.ended(child.pid)
        reject(new Error(`cannot make a pod's namespaces: ${complaint.trim()}`))
      })
      if (child.pid !== undefined) this.#host.ledger.started(child.pid)
      // Its input is only ever ended, perhaps when it has gone.
      child.stdin.on('error', () => undefined)
      child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text
        const found = printed.split('\n').slice(0, -1)
        if (found.length >= lines) resolve(found)
      })
    })
  }

  #files(): SandboxFiles {
    const directory = this.#directory
    return {
      serviceAccount: this.serviceAccountDirectory,
      resolvConf: join(directory, 'resolv.conf'),
      hosts: join(directory, 'hosts'),
      memory: this.#host.memory
    }
  }

  #terminationLog(index: number): string {
    return join(this.#directory, `termination-${index}`)
  }

  #makeTerminationLog(index: number): void {
    writeFileSync(this.#terminationLog(index), '', { mode: 0o666 })
  }
}

/** A holder's line: its pid, then the file that it bound. Holders come up in any order. */
function holderOf(line: string): Holder {
  const space = line.indexOf(' ')
  return { pid: Number(line.slice(0, space)), terminationLog: line.slice(space + 1), used: false }
}
