/** Rules of what agents write about pods. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, type Cause } from '../../http/errors.ts'
import { addressProblems } from '../addresses.ts'
import { each, named } from '../checks.ts'
import { labelKeyProblems } from '../names.ts'

export function checkPodStatus({ status, spec }: k8s.Pod, before: k8s.Pod): Cause[] {
  const causes: Cause[] = []
  const node = status?.nominatedNodeName
  if (node) causes.push(...named('status.nominatedNodeName', node, labelKeyProblems))
  causes.push(
    ...checkTransitions(status?.containerStatuses, before.status?.containerStatuses, 'status.containerStatuses', spec?.restartPolicy)
  )
  causes.push(
    ...each(status?.podIPs, 'status.podIPs', ({ ip = '' }, at) => named(at, ip, addressProblems)),
    ...each(status?.hostIPs, 'status.hostIPs', ({ ip = '' }, at) => named(at, ip, addressProblems))
  )
  return [...causes, ...checkConditions(status?.conditions, 'status.conditions')]
}

function checkConditions(conditions: readonly k8s.PodCondition[] | undefined, field: string): Cause[] {
  const own = new Set(['PodScheduled', 'Ready', 'Initialized'])
  const seen = new Set<string>()
  return each(conditions, field, ({ type }, at) => {
    if (own.has(type)) return []
    const causes = named(`${at}.Type`, type, labelKeyProblems)
    if (seen.has(type)) causes.push(duplicateValue(`${at}.Type`, type))
    seen.add(type)
    return causes
  })
}

/** A container that ended and is not to start again stays ended. */
function checkTransitions(
  after: readonly k8s.ContainerStatus[] | undefined,
  before: readonly k8s.ContainerStatus[] | undefined,
  field: string,
  restart: string | undefined
): Cause[] {
  if (restart === 'Always') return []
  return (before ?? []).flatMap((old, index) => {
    const { terminated } = old.state ?? {}
    if (terminated == null || (terminated.exitCode !== 0 && restart === 'OnFailure')) return []
    const now = after?.find(({ name }) => name === old.name)
    if (now === undefined || now.state?.terminated != null) return []
    return [forbiddenField(`${field}[${index}].state`, 'may not be transitioned to non-terminated state')]
  })
}
