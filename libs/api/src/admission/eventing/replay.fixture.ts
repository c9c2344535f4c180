/** Replays recorded admission cases of Eventing against the pure functions, with as much of an API server around them as the cases need. */
import { customResourceDefinitions } from '../../crds/index.ts'
import { parseBrokerDefaults } from '../../config/eventing/broker-defaults-config.ts'
import { parseChannelDefaults } from '../../config/eventing/channel-defaults-config.ts'
import { parseEventingFeatures } from '../../config/eventing/features-config.ts'
import { parsePingDefaults } from '../../config/eventing/ping-defaults-config.ts'
import { apiVersionOf, type KubeObject, type Resource } from '../../object.ts'
import { eventTypes } from '../../eventing/event-type/event-type.ts'
import { systemObjects } from '../../system/system-objects.ts'
import { fillIn, judge } from '../admit.ts'
import type { AdmittedKind } from '../admitted-kind.ts'
import { prune } from '../prune.fixture.ts'
import {
  canonical,
  expanded,
  jsonPatched,
  merged,
  type RecordedAnswer,
  type RecordedCase,
  type RecordedStep
} from '../recorded-case.fixture.ts'
import { convertEventing } from './convert.ts'
import type { EventingAdmissionConfig } from './eventing-context.ts'
import { eventingKinds } from './eventing-kinds.ts'
import { global, localised, shown } from '../recorded-form.fixture.ts'

/** `elsewhere`: the API server itself answered. `different` says which steps did. */
export type Outcome =
  | { readonly kind: 'same' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'different'; readonly steps: readonly { readonly ours: unknown; readonly theirs: unknown }[] }

type Kind = AdmittedKind<EventingAdmissionConfig>
interface Answer {
  readonly status: number
  readonly message: string
  readonly warnings: readonly string[]
  readonly object?: unknown
}

const SYSTEM = 'knative-eventing'

/** Replays one case. A Cesql parser is handed in, as the webhook does. */
export function replayEventing(recorded: RecordedCase, parseCesql: (text: string) => unknown): Outcome {
  const replay = new Replay(configOf(recorded, parseCesql))
  const answers = recorded.answers.values()
  const different: { ours: unknown; theirs: unknown }[] = []
  let judged = false
  for (const step of recorded.steps) {
    const answer = step.silent === true ? undefined : answers.next().value
    const ours = replay.take(step)
    if (ours === undefined) break
    if (answer === null || answer === undefined || !isAdmissions(answer)) continue
    judged = true
    const theirs = { status: answer.status, message: answer.message ?? '', warnings: answer.warnings ?? [], object: answer.object }
    const seen = step.show === 'verdict' ? { ...ours, object: undefined } : ours
    if (canonical(seen) !== canonical(theirs)) different.push({ ours: seen, theirs })
  }
  if (different.length > 0) return { kind: 'different', steps: different }
  return judged ? { kind: 'same' } : { kind: 'elsewhere' }
}

/** What the webhooks said, or let pass. A Job that the cluster refused is the cluster's word. */
function isAdmissions({ status, message = '' }: RecordedAnswer): boolean {
  if (status === 500) return message.includes('conversion webhook')
  if (status !== 400) return status === 200 || status === 201
  return message.startsWith('admission webhook') && !message.includes('Job.batch')
}

const shipped = new Map(
  systemObjects({ version: '0.1.0', image: (name) => name }, 'eventing')
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((object) => [object.metadata.name ?? '', (object as { data?: Record<string, string> }).data ?? {}])
)

function configOf({ config = {} }: RecordedCase, parseCesql: (text: string) => unknown): EventingAdmissionConfig {
  const data = (name: string): Record<string, string> => ({ ...shipped.get(name), ...config[`${SYSTEM}/${name}`] })
  return {
    features: parseEventingFeatures(data('config-features')),
    brokerDefaults: parseBrokerDefaults(data('config-br-defaults')),
    channelDefaults: parseChannelDefaults(data('default-ch-webhook')),
    pingDefaults: parsePingDefaults(data('config-ping-defaults')),
    systemNamespace: SYSTEM,
    parseCesql
  }
}

class Replay {
  readonly #config: EventingAdmissionConfig
  /** As stored, by kind and name. */
  readonly #live = new Map<string, KubeObject>()

  constructor(config: EventingAdmissionConfig) {
    this.#config = config
  }

  /** Undefined when the step is nothing that admission is asked about. */
  take(step: RecordedStep): Answer | undefined {
    if (step.verb === 'request') return this.#read(step)
    const object = this.#objectOf(step)
    const resource = object === undefined ? undefined : resourceOf(object)
    if (object === undefined || resource === undefined || !fits(step, object)) return undefined
    const isNew = step.verb === 'create' || step.verb === 'apply'
    // What an apply makes of an object that is there is the server's to work out.
    if (step.verb === 'apply' && this.#live.has(`${object.kind} ${object.metadata.name ?? ''}`)) return undefined
    return this.#admit(resource, localised(object), isNew, step)
  }

  #objectOf(step: RecordedStep): KubeObject | undefined {
    if (step.verb === 'create' || step.verb === 'apply') return expanded(step.object) as KubeObject
    const live = this.#liveOf(step.of)
    if (live === undefined) return undefined
    if (step.verb === 'update' && step.change !== undefined) return merged(live, step.change) as KubeObject
    if (step.verb === 'patch' && step.type === undefined) return merged(live, step.patch) as KubeObject
    return step.verb === 'patch' && step.type === 'json' ? jsonPatched(live, step.patch) : undefined
  }

  /** In the version that was asked for: `eventing.knative.dev/v1 Broker hello`. */
  #liveOf(of = ''): KubeObject | undefined {
    const [apiVersion = '', kind = '', name = ''] = of.split(' ')
    const live = this.#live.get(`${kind} ${name}`)
    return live === undefined ? undefined : inVersion(live, apiVersion)
  }

  #read({ method = 'GET', path = '' }: RecordedStep): Answer | undefined {
    const match = /^\/apis\/([^/]+\/[^/]+)\/namespaces\/[^/]+\/eventtypes\/([^/]+)$/.exec(path)
    const live = method === 'GET' && match !== null ? this.#liveOf(`${match[1]} EventType ${match[2]}`) : undefined
    if (live === undefined) return undefined
    return { status: 200, message: '', warnings: deprecations(live.apiVersion, live.kind), object: shown(live) }
  }

  #admit(resource: Resource, sent: KubeObject, isNew: boolean, step: RecordedStep): Answer {
    const { object, unknown } = prune(resource, sent)
    const told = step.query?.['fieldValidation'] !== 'Ignore'
    const first = [...deprecations(sent.apiVersion, sent.kind), ...(told ? unknown.map((path) => `unknown field "${path}"`) : [])]
    const { kind, asked } = askable(resource, object)
    if (!asked.ok) {
      const message = `Internal error occurred: Internal error occurred: conversion webhook for ${sent.apiVersion}, Kind=${sent.kind} failed: ${asked.error}`
      return { status: 500, message, warnings: first }
    }
    const name = sent.metadata.name ?? ''
    const stored = this.#live.get(`${sent.kind} ${name}`)
    const old = isNew || stored === undefined ? undefined : inVersion(stored, asked.value.apiVersion)
    const question = {
      operation: old === undefined ? ('CREATE' as const) : ('UPDATE' as const),
      subresource: step.sub ?? '',
      user: step.as ?? 'admin',
      object: asked.value,
      ...(old === undefined ? {} : { oldObject: old })
    }
    const refuse = (webhook: string, message: string): Answer => ({
      status: 400,
      message: `admission webhook "${webhookOf(webhook, sent.kind)}" denied the request: ${global(message)}`,
      warnings: first.map(global)
    })
    const filled = fillIn(kind, question, this.#config)
    if (!filled.ok) return refuse('', filled.message)
    // The schema's defaults come again after the webhook's patch; a status is for its subresource.
    const { status: _, ...kept } = prune(kind.resource, filled.object).object as KubeObject & { status?: unknown }
    const verdict = judge(kind, { ...question, object: kept }, this.#config)
    if (verdict.refusal !== undefined) return refuse('validation.', verdict.refusal)
    if (step.query?.['dryRun'] === undefined) this.#live.set(`${sent.kind} ${name}`, kept)
    return { status: old === undefined ? 201 : 200, message: '', warnings: first, object: shown(inVersion(kept, sent.apiVersion)) }
  }
}

/** What the API server asks about: the object, or for a version without rules the object in the stored one. */
function askable(resource: Resource, object: KubeObject) {
  const kind = kindOf(resource)
  if (kind !== undefined) return { kind, asked: { ok: true as const, value: object } }
  const asked = convertEventing(object, apiVersionOf(eventTypes))
  return { kind: kindOf(eventTypes) as Kind, asked: asked.ok ? { ok: true as const, value: prune(eventTypes, asked.value).object } : asked }
}

const kindOf = ({ group, version, kind }: Resource): Kind | undefined =>
  eventingKinds.find(({ resource }) => resource.group === group && resource.version === version && resource.kind === kind)

const definitions = customResourceDefinitions('eventing')
const definitionOf = (apiVersion: string, kind: string) =>
  definitions.find(({ spec }) => spec.names.kind === kind && apiVersion.startsWith(`${spec.group}/`))

function resourceOf({ apiVersion, kind }: KubeObject): Resource | undefined {
  const definition = definitionOf(apiVersion, kind)
  const [group = '', version = ''] = apiVersion.split('/')
  if (definition?.spec.versions.some(({ name }) => name === version) !== true) return undefined
  return { group, version, plural: definition.spec.names.plural, kind, namespaced: true }
}

function deprecations(apiVersion: string, kind: string): string[] {
  const version = definitionOf(apiVersion, kind)?.spec.versions.find(({ name }) => apiVersion.endsWith(`/${name}`))
  return version?.deprecationWarning === undefined ? [] : [version.deprecationWarning]
}

function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object
  const converted = convertEventing(object, apiVersion)
  if (!converted.ok) throw new Error(converted.error)
  return converted.value
}

/** Strict validation, bad names and bad metadata are answered before any webhook is asked. */
const fits = (step: RecordedStep, { metadata }: KubeObject): boolean =>
  step.query?.['fieldValidation'] !== 'Strict' && Object.values(metadata.annotations ?? {}).every((value) => typeof value === 'string')

const webhookOf = (prefix: string, kind: string): string =>
  kind === 'InMemoryChannel' ? `${prefix}inmemorychannel.eventing.knative.dev` : `${prefix}webhook.eventing.knative.dev`
