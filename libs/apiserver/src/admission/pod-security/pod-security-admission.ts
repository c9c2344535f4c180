/** The PodSecurity admission plugin: refuses or warns of pods, and of what makes pods, by the labels of their namespace. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbidden, invalid, invalidValue, type Cause } from '../../http/errors.ts'
import type { Call, World } from '../../requests/call.ts'
import { sameJson } from '../../requests/same-json.ts'
import type { PodLike } from './check.ts'
import { detailText, LEVELS, standardText, violationsOf, type Level, type Standard } from './standards.ts'

const PREFIX = 'pod-security.kubernetes.io/'
const MODES = ['enforce', 'audit', 'warn'] as const
type Mode = (typeof MODES)[number]

type Labels = Readonly<Record<string, string>>
type Template = { spec?: { template?: PodLike; jobTemplate?: { spec?: { template?: PodLike } } }; template?: PodLike }

/** Kinds that make pods, and where their template is. */
const TEMPLATES: Readonly<Record<string, (object: Template) => PodLike | undefined>> = {
  '/replicationcontrollers': ({ spec }) => spec?.template,
  '/podtemplates': ({ template }) => template,
  'apps/replicasets': ({ spec }) => spec?.template,
  'apps/deployments': ({ spec }) => spec?.template,
  'apps/statefulsets': ({ spec }) => spec?.template,
  'apps/daemonsets': ({ spec }) => spec?.template,
  'batch/jobs': ({ spec }) => spec?.template,
  'batch/cronjobs': ({ spec }) => spec?.jobTemplate?.spec?.template
}

/** Warns, or throws 403. Of the other kinds it knows nothing and costs nothing. */
export function admitPodSecurity(world: World, call: Call, object: KubeObject, before: KubeObject | undefined): void {
  const { storage } = call.type
  if (storage === '/namespaces') return admitNamespace(world, call, object, before)
  const isPod = storage === '/pods'
  const concerned = isPod ? ['', 'ephemeralcontainers'] : TEMPLATES[storage] === undefined ? [] : ['']
  if (!concerned.includes(call.subresource)) return
  const labels = world.store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object.metadata.labels
  if (labels === undefined || !MODES.some((mode) => `${PREFIX}${mode}` in labels)) return
  if (isPod && before !== undefined && !isSignificant(object as k8s.Pod, before as k8s.Pod)) return
  const pod = isPod ? (object as k8s.Pod as PodLike) : TEMPLATES[storage]?.(object as Template)
  if (pod?.spec === undefined) return
  const told = { metadata: pod.metadata ?? {}, spec: pod.spec }
  if (isPod) enforce(call, object, told, standardOf(labels, 'enforce'))
  const standard = warnedOf(labels)
  const violations = violationsOf(standard, told)
  if (violations.length > 0) call.warn(`would violate PodSecurity ${JSON.stringify(standardText(standard))}: ${detailText(violations)}`)
}

function enforce(call: Call, object: KubeObject, pod: PodLike, standard: Standard): void {
  const violations = violationsOf(standard, pod)
  if (violations.length === 0) return
  const why = `violates PodSecurity ${JSON.stringify(standardText(standard))}: ${detailText(violations)}`
  throw forbidden(call.type, object.metadata.name ?? '', why)
}

/** What an update of a pod may change elsewhere, its labels for instance, is nothing to this plugin. */
function isSignificant({ spec }: k8s.Pod, { spec: old }: k8s.Pod): boolean {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const
  return lists.some((list) => !sameJson(spec?.[list], old?.[list]))
}

/** What a mode's labels ask for; a label that cannot be read counts as the strictest when it refuses, as nothing when it warns. */
function standardOf(labels: Labels, mode: Mode): Standard {
  const level = labels[`${PREFIX}${mode}`] ?? 'privileged'
  const version = labels[`${PREFIX}${mode}-version`] ?? 'latest'
  const minor = /^v1\.(\d+)$/.exec(version)?.[1]
  const known = (LEVELS as readonly string[]).includes(level)
  return {
    level: known ? (level as Level) : mode === 'enforce' ? 'restricted' : 'privileged',
    version: minor === undefined ? 'latest' : Number(minor)
  }
}

/** Whoever is refused at a level by its controller's pods wants to be warned when the controller is written. */
function warnedOf(labels: Labels): Standard {
  const enforced = standardOf(labels, 'enforce')
  const isValid = (LEVELS as readonly string[]).includes(labels[`${PREFIX}enforce`] ?? '')
  if (`${PREFIX}warn` in labels || !isValid) return standardOf(labels, 'warn')
  return `${PREFIX}warn-version` in labels ? { level: enforced.level, version: standardOf(labels, 'warn').version } : enforced
}

function labelCauses(labels: Labels): Cause[] {
  return MODES.flatMap((mode) => {
    const level = labels[`${PREFIX}${mode}`]
    const version = labels[`${PREFIX}${mode}-version`]
    return [
      ...(level === undefined || (LEVELS as readonly string[]).includes(level)
        ? []
        : [invalidValue(`metadata.labels[${PREFIX}${mode}]`, level, `must be one of ${LEVELS.join(', ')}`)]),
      ...(version === undefined || version === 'latest' || /^v1\.(0|[1-9]\d*)$/.test(version)
        ? []
        : [invalidValue(`metadata.labels[${PREFIX}${mode}-version]`, version, 'must be "latest" or "v1.x"')])
    ]
  })
}

/** Throws 422 for labels that cannot be read and were not there before; warns of pods that the new level would refuse. */
function admitNamespace(world: World, call: Call, object: KubeObject, before: KubeObject | undefined): void {
  if (call.subresource !== '') return
  const labels = object.metadata.labels ?? {}
  const old = before?.metadata.labels ?? {}
  const causes = labelCauses(labels)
  if (causes.length > 0 && !sameJson(causes, labelCauses(old))) throw invalid(call.type, object.metadata.name ?? '', causes)
  const standard = standardOf(labels, 'enforce')
  const last = standardOf(old, 'enforce')
  const isRelaxed = standard.version === last.version && LEVELS.indexOf(standard.level) <= LEVELS.indexOf(last.level)
  if (before === undefined || standard.level === 'privileged' || isRelaxed) return
  const refused = new Map<string, string[]>()
  for (const stored of world.store.list('/pods', object.metadata.name)) {
    const pod = stored.object as k8s.Pod
    if (pod.spec === undefined) continue
    const reasons = violationsOf(standard, { metadata: pod.metadata, spec: pod.spec })
    if (reasons.length === 0) continue
    const text = reasons.map(({ reason }) => reason).join(', ')
    refused.set(text, [...(refused.get(text) ?? []), stored.key.name])
  }
  if (refused.size === 0) return
  const name = JSON.stringify(object.metadata.name)
  call.warn(`existing pods in namespace ${name} violate the new PodSecurity enforce level ${JSON.stringify(standardText(standard))}`)
  const lines = [...refused].map(([text, [first, ...others]]) => `${first}${othersText(others.length)}: ${text}`)
  for (const line of lines.sort()) call.warn(line)
}

const othersText = (count: number) => (count === 0 ? '' : count === 1 ? ' (and 1 other pod)' : ` (and ${count} other pods)`)
