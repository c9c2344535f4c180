/** Logs, exec, attach and port-forward of the pods of this node, for the API server. */
import { createHash } from 'node:crypto'
import type { ContainerRunner } from '../pod/container-runner.ts'
import type { PodWorker } from '../pod/pod-worker.ts'
import type { Duplex } from 'node:stream'
import { type LogOptions, readLog } from '../logs/read-log.ts'
import type { ExecOptions, ExecSession } from '../runtime/exec-session.ts'
import { type AttachSession, attachTo } from './attach.ts'
import { connectTo } from './port-forward.ts'

/** What cannot be done, with the HTTP status and the kubelet's message. */
export class StreamError extends Error {
  readonly code: 400 | 404
  constructor(code: 400 | 404, message: string) {
    super(message)
    this.code = code
  }
}

/** The node's side of `pods/log`, `pods/exec`, `pods/attach` and `pods/portforward`. A container of '' means the only one. */
export interface PodStreams {
  /** Throws {@link StreamError} at the call, not when iterated. */
  logs(namespace: string, pod: string, container: string, options: LogOptions): AsyncIterable<Uint8Array>
  /** Why nothing can be run in a container now, in the kubelet's words; undefined when it can. */
  obstacle(namespace: string, pod: string, container: string, attach: boolean): string | undefined
  /** Throws {@link StreamError}. */
  exec(namespace: string, pod: string, container: string, command: readonly string[], options: ExecOptions): ExecSession
  /** The streams of a container's main process, as they are from now on. Throws {@link StreamError}. */
  attach(namespace: string, pod: string, container: string, signal: AbortSignal): AttachSession
  /** Connects to a port of the pod's localhost. Rejects with the kubelet's message. */
  portForward(namespace: string, pod: string, port: number): Promise<Duplex>
}

/** `find` gives the worker of a pod that runs here. */
export function podStreams(nodePods: { find(namespace: string, name: string): PodWorker | undefined }): PodStreams {
  const containerOf = (namespace: string, name: string, container: string): ContainerRunner => {
    const worker = nodePods.find(namespace, name)
    if (worker === undefined) throw new StreamError(404, `pods "${name}" not found on this node`)
    const { initContainers = [], containers = [], ephemeralContainers = [] } = worker.pod.spec ?? {}
    const names = [...initContainers, ...containers, ...ephemeralContainers].map((each) => each.name)
    const chosen = container || (containers.length === 1 ? containers[0]?.name : undefined)
    if (chosen === undefined)
      throw new StreamError(400, `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`)
    if (!names.includes(chosen)) throw new StreamError(400, `container ${chosen} is not valid for pod ${name}`)
    const runner = worker.container(chosen)
    if (runner === undefined) throw new StreamError(400, `container "${chosen}" in pod "${name}" is waiting to start: ContainerCreating`)
    return runner
  }
  return {
    logs(namespace, pod, container, options) {
      const runner = containerOf(namespace, pod, container)
      const { name } = runner.spec
      const log = runner.log(options.previous === true)
      if (log !== undefined) return readLog(log, options)
      if (options.previous === true) throw new StreamError(400, `previous terminated container "${name}" in pod "${pod}" not found`)
      const waiting = runner.facts.state.waiting
      const reason = waiting?.reason ?? 'ContainerCreating'
      const why =
        reason === 'ErrImagePull' ? "image can't be pulled" : reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason
      throw new StreamError(400, `container "${name}" in pod "${pod}" is waiting to start: ${why}`)
    },
    obstacle(namespace, pod, container, attach) {
      const runner = nodePods.find(namespace, pod)?.container(container)
      if (runner?.running !== undefined) return undefined
      return attach ? `container ${container} not found in pod ${pod}_${namespace}` : `container not found (${JSON.stringify(container)})`
    },
    attach(namespace, pod, container, signal) {
      const runner = containerOf(namespace, pod, container)
      const { running } = runner
      const log = runner.log(false)
      if (running === undefined || log === undefined) throw new StreamError(400, `container not found ("${runner.spec.name}")`)
      return attachTo(running, log, runner.spec, signal)
    },
    portForward(namespace, pod, port) {
      const worker = nodePods.find(namespace, pod)
      if (worker?.sandbox === undefined) return Promise.reject(new Error(`pod not found ("${pod}_${namespace}")`))
      return connectTo(worker.name, worker.sandbox, port)
    },
    exec(namespace, pod, container, command, options) {
      const runner = containerOf(namespace, pod, container)
      if (runner.running === undefined) throw new StreamError(400, `container not found ("${runner.spec.name}")`)
      return inRuntimeWords(runner.running.exec(command, options))
    }
  }
}

/** A command that cannot be started fails in containerd's and runc's words. */
function inRuntimeWords(session: ExecSession): ExecSession {
  const rephrase = (error: Error): never => {
    const id = createHash('sha256').update(`${Math.random()}`).digest('hex')
    const runc = `OCI runtime exec failed: exec failed: unable to start container process: ${error.message}: unknown`
    throw new Error(`failed to exec in container: failed to start exec "${id}": ${runc}`, { cause: error })
  }
  const [exitCode, ended] = [session.exitCode.catch(rephrase), session.ended.catch(rephrase)]
  // Whoever awaits one of them learns of a failure; nobody need await both.
  for (const each of [exitCode, ended]) each.catch(() => undefined)
  const { stdin, stdout, stderr } = session
  return { stdin, stdout, stderr, exitCode, ended, resize: (...size) => session.resize(...size), kill: () => session.kill() }
}
