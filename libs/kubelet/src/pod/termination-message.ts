import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerLog } from '../logs/container-log.ts'
import { lastWords } from '../logs/read-log.ts'

/** What the container wrote; when it is empty and the container failed, the log's end if the policy says so. */
export function terminationMessage(spec: k8s.Container, written: string, exitCode: number, log: ContainerLog): string | undefined {
  if (written !== '') return written
  if (spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined
  const words = lastWords(log)
  return words === '' ? undefined : words
}
