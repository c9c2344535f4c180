/** What an exec or an attach runs, and how its end is told: the Status that goes through the error channel. */
import { ApiError, errorText } from '@knative-ts/kube'
import type { ExecOptions, ExecStreams, PodName, PodStreams } from '../requests/pod-streams.ts'

/** What is run where, checked before the upgrade is answered. */
export interface Command {
  readonly pod: PodName
  readonly container: string
  /** undefined: attach. */
  readonly argv: readonly string[] | undefined
  readonly options: ExecOptions
  readonly streams: PodStreams
}

/** A Status as far as it is told here. */
export interface CommandStatus {
  readonly metadata: object
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] }
  readonly code?: number
}

/**
 * Runs it to its end. Never rejects. `translated` is for `v5.channel.k8s.io`: Kubernetes' API server ends that protocol itself and tells the end in
 * words of its own; in all others it is the kubelet that speaks.
 */
export async function runCommand(command: Command, streams: ExecStreams, translated: boolean): Promise<CommandStatus> {
  const { pod, container, argv, options } = command
  try {
    if (argv === undefined) {
      await command.streams.attach(pod, container, options, streams)
      return succeeded
    }
    const { exitCode } = await command.streams.exec(pod, container, argv, options, streams)
    return exitCode === 0 ? succeeded : exited(exitCode, argv, translated)
  } catch (error) {
    const what = argv === undefined ? 'error attaching to container' : 'error executing command in container'
    const kubelet = internalError(`${what}: ${wordsOf(error)}`)
    return translated ? internalError(kubelet.message ?? '') : kubelet
  }
}

/** The Status of a stream that could not be opened on the node, as the translating API server tells it. */
export const notOpened = (obstacle: string): CommandStatus => internalError(`unable to upgrade connection: ${obstacle}`)

const succeeded: CommandStatus = { metadata: {}, status: 'Success' }

const wordsOf = (error: unknown): string => (error instanceof ApiError ? (error.status.message ?? error.message) : errorText(error))

function exited(exitCode: number, argv: readonly string[], translated: boolean): CommandStatus {
  const why = translated
    ? `command terminated with exit code ${exitCode}`
    : `error executing command [${argv.join(' ')}], exit code ${exitCode}`
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${why}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] }
  }
}

function internalError(message: string): CommandStatus {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500
  }
}
