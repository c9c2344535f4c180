/** Which container of a pod a log, exec or attach is about. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { badRequest } from '../http/errors.ts'

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

/** The named container, or the only one. Throws 400 in the reference's words. */
export function containerOf(pod: k8s.Pod, asked: string): string {
  const init = (pod.spec?.initContainers ?? []).map(({ name }) => name)
  const main = (pod.spec?.containers ?? []).map(({ name }) => name)
  const name = pod.metadata.name ?? ''
  if (asked !== '') {
    if ([...init, ...main].includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const preferred = pod.metadata.annotations?.[DEFAULT_CONTAINER]
  if (preferred !== undefined && main.includes(preferred)) return preferred
  const [only] = main
  if (main.length === 1 && init.length === 0 && only !== undefined) return only
  const inits = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`
  if (main.length === 1 && only !== undefined) return only
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]${inits}`)
}
