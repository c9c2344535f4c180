/** Joins the streams of a container's main process. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Writable } from 'node:stream'
import type { ContainerLog } from '../logs/container-log.ts'
import { followBytes } from '../logs/follow-bytes.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'

/** What somebody who attaches sees and may say. Output and error output of a container are one stream here. */
export interface AttachSession {
  /** From now until the container ends, or the signal aborts. */
  readonly output: AsyncIterable<Uint8Array>
  /** Undefined where the container has no `stdin: true`. */
  readonly stdin: Writable | undefined
  /** True when the container's input ends with the first client's (`stdinOnce`, and no terminal). */
  readonly endsInput: boolean
  resize(columns: number, rows: number): void
}

/** A session with the container as it runs now. */
export function attachTo(running: RunningContainer, log: ContainerLog, spec: k8s.Container, signal: AbortSignal): AttachSession {
  return {
    output: followBytes(log, signal),
    stdin: running.stdin,
    endsInput: spec.stdinOnce === true && spec.tty !== true,
    resize: (columns, rows) => running.resize(columns, rows)
  }
}
