/** The port to the node agent: what a pod's containers say and do. */

export interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tailLines?: number
  readonly sinceSeconds?: number
  /** RFC 3339. */
  readonly sinceTime?: string
  readonly limitBytes?: number
  readonly signal: AbortSignal
}

export interface ExecOptions {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** The client's side of an exec or attach. Writers resolve when the bytes were taken; `input` ends when the client closes its standard input. */
export interface ExecStreams {
  readonly input: AsyncIterable<Uint8Array>
  readonly resizes: AsyncIterable<{ readonly width: number; readonly height: number }>
  /** Aborted when the client has gone: what was run for it ends. */
  readonly signal: AbortSignal
  stdout(bytes: Uint8Array): Promise<void>
  stderr(bytes: Uint8Array): Promise<void>
}

/** How a command ended; null when it could not be said. */
export interface ExecResult {
  readonly exitCode: number
}

export interface PodName {
  readonly namespace: string
  readonly name: string
}

/** A byte stream both ways: one connection to a port of a pod. */
export interface PortStream {
  readonly output: AsyncIterable<Uint8Array>
  write(bytes: Uint8Array): Promise<void>
  /** Nothing more will be written; the pod may go on to send. */
  end(): void
  /** Breaks the connection. */
  destroy(): void
}

/**
 * What the node agent implements. All reject with an `ApiError` for what the client should read (400 container not found, 404), and with
 * any other error for what went wrong inside (500).
 */
export interface PodStreams {
  /** Bytes of a container's log, complete lines. Ends at the log's end unless `follow`. */
  logs(pod: PodName, container: string, options: LogOptions): AsyncIterable<Uint8Array>
  /** Runs a command in a container; resolves when it has ended. Never rejects for a command that fails: that is its exit code. */
  exec(pod: PodName, container: string, command: readonly string[], options: ExecOptions, streams: ExecStreams): Promise<ExecResult>
  /** Joins the streams of a container's main process; resolves when it ends or the client goes. */
  attach(pod: PodName, container: string, options: ExecOptions, streams: ExecStreams): Promise<void>
  /** Why nothing can be run in a container now, or its streams not be joined, in the kubelet's words; undefined when it can. */
  obstacle(pod: PodName, container: string, attach: boolean): string | undefined
  /** Connects to a port of the pod. Rejects with what the kubelet would write into the error stream. */
  portForward(pod: PodName, port: number): Promise<PortStream>
}
