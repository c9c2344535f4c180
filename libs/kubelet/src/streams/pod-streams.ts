/** Logs and exec of the pods of this node, for the API server. */
import type { ContainerRunner } from '../pod/container-runner.ts'
import type { PodWorker } from '../pod/pod-worker.ts'
import { type LogOptions, readLog } from '../logs/read-log.ts'
import type { ExecOptions, ExecSession } from '../runtime/exec-session.ts'

/** What cannot be done, with the HTTP status and the kubelet's message. */
export class StreamError extends Error {
  readonly code: 400 | 404
  constructor(code: 400 | 404, message: string) {
    super(message)
    this.code = code
  }
}

/** The node's side of `pods/log` and `pods/exec`. A container of '' means the only one, or the default-container annotation's. */
export interface PodStreams {
  /** Throws {@link StreamError} at the call, not when iterated. */
  logs(namespace: string, pod: string, container: string, options: LogOptions): AsyncIterable<Uint8Array>
  /** Throws {@link StreamError}. */
  exec(namespace: string, pod: string, container: string, command: readonly string[], options: ExecOptions): ExecSession
}

/** `find` gives the worker of a pod that runs here. */
export function podStreams(nodePods: { find(namespace: string, name: string): PodWorker | undefined }): PodStreams {
  const containerOf = (namespace: string, name: string, container: string): ContainerRunner => {
    const worker = nodePods.find(namespace, name)
    if (worker === undefined) throw new StreamError(404, `pods "${name}" not found on this node`)
    const names = (worker.pod.spec?.containers ?? []).map((each) => each.name)
    const chosen =
      container ||
      worker.pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ||
      (names.length === 1 ? names[0] : undefined)
    if (chosen === undefined)
      throw new StreamError(400, `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`)
    const inSpec = [...names, ...(worker.pod.spec?.initContainers ?? []).map((each) => each.name)]
    if (!inSpec.includes(chosen)) throw new StreamError(400, `container ${chosen} is not valid for pod ${name}`)
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
      const why = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/.test(reason)
        ? 'trying and failing to pull image'
        : reason
      throw new StreamError(400, `container "${name}" in pod "${pod}" is waiting to start: ${why}`)
    },
    exec(namespace, pod, container, command, options) {
      const runner = containerOf(namespace, pod, container)
      if (runner.running === undefined) throw new StreamError(400, `container not found ("${runner.spec.name}")`)
      return runner.running.exec(command, options)
    }
  }
}
