/** What may change in a pod that is there: by itself, by its debug containers, by its resources. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { each, outside } from '../checks.ts'
import { checkImage } from './container.rules.ts'
import { checkTolerations } from './scheduling.rules.ts'

const LONGEST_SECONDS = 2 ** 31 - 1
const MIRROR = 'kubernetes.io/config.mirror'
const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** Rules of a change of the pod itself. */
export function checkPodUpdate(pod: k8s.Pod, before: k8s.Pod): Cause[] {
  const causes = [...checkMirror(pod, before), ...checkMirrorNode(pod)]
  const [after, old] = [pod.spec, before.spec]
  if (after === undefined || old === undefined) return causes
  for (const list of ['containers', 'initContainers'] as const) {
    if ((after[list] ?? []).length !== (old[list] ?? []).length)
      return [...causes, forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')]
    causes.push(
      ...each(after[list], `spec.${list}`, (container, at) => [
        ...(container.image ? [] : [required(`${at}.image`)]),
        ...checkImage(container, at)
      ])
    )
  }
  const deadline = checkDeadline(after.activeDeadlineSeconds, old.activeDeadlineSeconds)
  causes.push(...deadline.causes)
  if (deadline.stop) return causes
  causes.push(...checkAddedTolerations(after.tolerations ?? [], old.tolerations ?? []))
  causes.push(...checkRemovedGates(after.schedulingGates ?? [], old.schedulingGates ?? []))
  if (sameJson(after, old)) return causes
  const gated = (old.schedulingGates ?? []).length > 0
  if (gated) causes.push(...checkSelectorAdditions(after.nodeSelector ?? {}, old.nodeSelector ?? {}))
  if (!sameJson(frozenPart(after, old, gated), frozenPart(old, old, gated))) causes.push(forbiddenField('spec', CHANGEABLE))
  return causes
}

/** Told by the rules of the state, too. */
function checkMirrorNode({ metadata, spec }: k8s.Pod): Cause[] {
  const mirror = metadata.annotations?.[MIRROR]
  if (mirror === undefined || spec?.nodeName) return []
  return [invalidValue(`metadata.annotations[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set')]
}

function checkMirror({ metadata }: k8s.Pod, { metadata: before }: k8s.Pod): Cause[] {
  const [now, old] = [metadata.annotations?.[MIRROR], before.annotations?.[MIRROR]]
  if (now === old) return []
  return [
    forbiddenField(`metadata.annotations[${MIRROR}]`, `may not ${old === undefined ? 'add' : 'remove or update'} mirror pod annotation`)
  ]
}

function checkDeadline(after: number | undefined, before: number | undefined): { causes: Cause[]; stop: boolean } {
  const field = 'spec.activeDeadlineSeconds'
  if (after == null)
    return {
      causes: before == null ? [] : [invalidValue(field, null, 'must not update from a positive integer to nil value')],
      stop: false
    }
  if (after < 0 || after > LONGEST_SECONDS) return { causes: [invalidValue(field, after, outside(0, LONGEST_SECONDS))], stop: true }
  if (before != null && before < after)
    return { causes: [invalidValue(field, after, 'must be less than or equal to previous value')], stop: true }
  return { causes: [], stop: false }
}

function checkAddedTolerations(after: readonly k8s.Toleration[], before: readonly k8s.Toleration[]): Cause[] {
  const untimed = ({ tolerationSeconds: _seconds, ...toleration }: k8s.Toleration) => toleration
  const isKept = before.every((old) => after.some((one) => sameJson(untimed(one), untimed(old))))
  if (!isKept) return [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
  return checkTolerations(after, 'spec.tolerations')
}

const checkRemovedGates = (after: readonly k8s.PodSchedulingGate[], before: readonly k8s.PodSchedulingGate[]): Cause[] =>
  each(after, 'spec.schedulingGates', ({ name }, at) =>
    before.some((gate) => gate.name === name)
      ? []
      : [forbiddenField(`${at}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)]
  )

function checkSelectorAdditions(after: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): Cause[] {
  const isKept = Object.entries(before).every(([key, value]) => after[key] === value)
  return isKept
    ? []
    : [invalidValue('spec.nodeSelector', after, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')]
}

/** The part of a spec that updates may not touch. A gated pod may still say more exactly where it wants to run. */
function frozenPart(spec: k8s.PodSpec, before: k8s.PodSpec, gated: boolean): unknown {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, schedulingGates: _gates, containers, initContainers, ...rest } = spec
  const plain = (list: readonly k8s.Container[] | undefined) => list?.map(({ image: _image, ...container }) => container)
  const old = before.terminationGracePeriodSeconds
  const grace = old != null && old < 0 && rest.terminationGracePeriodSeconds === 1 ? old : rest.terminationGracePeriodSeconds
  const free = gated ? { nodeSelector: undefined, affinity: withoutNodes(rest.affinity) } : {}
  return { ...rest, ...free, terminationGracePeriodSeconds: grace, containers: plain(containers), initContainers: plain(initContainers) }
}

function withoutNodes(affinity: k8s.Affinity | undefined): unknown {
  const { nodeAffinity: _nodes, ...rest } = affinity ?? {}
  return Object.keys(rest).length === 0 ? undefined : rest
}

/** Debug containers come, and stay as they are. */
export function checkEphemeralUpdate(pod: k8s.Pod, before: k8s.Pod): Cause[] {
  if (before.metadata.annotations?.[MIRROR] !== undefined) return [forbiddenField('[]', 'static pods do not support ephemeral containers')]
  const field = 'spec.ephemeralContainers'
  const now = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]))
  return (before.spec?.ephemeralContainers ?? []).flatMap((old) => {
    const container = now.get(old.name)
    const told = `existing ephemeral containers ${JSON.stringify(old.name)}`
    if (container === undefined) return [forbiddenField(field, `${told} may not be removed\n`)]
    return sameJson(container, old) ? [] : [forbiddenField(field, `${told} may not be changed`)]
  })
}
