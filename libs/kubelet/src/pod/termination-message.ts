import type * as k8s from '@knative-ts/api/kubernetes'
import { existsSync, readFileSync } from 'node:fs'
import type { ContainerLog } from '../logs/container-log.ts'
import { lastWords } from '../logs/read-log.ts'

/** At most 4096 bytes of the termination log; when it is empty and the container failed, the log's end if the policy says so. */
export function terminationMessage(spec: k8s.Container, file: string | undefined, exitCode: number, log: ContainerLog): string | undefined {
  const written = file !== undefined && existsSync(file) ? readFileSync(file).subarray(0, 4096).toString('utf8') : ''
  if (written !== '') return written
  if (spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined
  const words = lastWords(log)
  return words === '' ? undefined : words
}
