/** Which container of a pod a log, exec or attach is about. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { badRequest } from '../http/errors.ts'

/** The named container, or the only one that is no init container. Throws 400 in the reference's words. */
export function containerOf(pod: k8s.Pod, asked: string): string {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {}
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name)
  const name = pod.metadata.name ?? ''
  if (asked !== '') {
    if (names.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  // Which of several is meant by an annotation is for the client to say: kubectl does.
  const [only] = containers
  if (containers.length === 1 && only !== undefined) return only.name
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`)
}
