/** Replays recorded admission cases against the pure functions, with as much of an API server around them as the cases need. */
import { parseAutoscalerConfig } from '../config/autoscaler-config.ts'
import { parseDefaultsConfig } from '../config/defaults-config.ts'
import { parseFeaturesConfig } from '../config/features-config.ts'
import { apiVersionOf, type KubeObject } from '../object.ts'
import type { AdmissionConfig } from '../validation/admission-context.ts'
import { fillIn, judge } from './admit.ts'
import type { AdmittedKind } from './admitted-kind.ts'
import { admittedKinds } from './admitted-kinds.ts'
import { prune } from './prune.fixture.ts'
import { canonical, expanded, jsonPatched, merged, parseYaml, type RecordedCase, type RecordedStep } from './recorded-case.fixture.ts'
import { global, localised, shown } from './recorded-form.fixture.ts'

/** `elsewhere`: the API server itself answered, or another kind was asked about. */
export type Outcome =
  | { readonly kind: 'same' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'different'; readonly ours: unknown; readonly theirs: unknown }

/** Replays one case: the first step that differs decides. */
export function replay(recorded: RecordedCase): Outcome {
  const config = configOf(recorded)
  let live: KubeObject | undefined
  let judged = false
  const answers = recorded.answers.values()
  for (const step of recorded.steps) {
    const answer = step.silent === true ? undefined : answers.next().value
    const request = requestOf(step, live)
    if (request === undefined) return judged ? { kind: 'same' } : { kind: 'elsewhere' }
    const ours = ask(request.kind, request.object, live !== undefined && step.verb !== 'create' ? live : undefined, step, config)
    live = ours.live ?? live
    if (answer === null || answer === undefined) continue
    if (![200, 201, 400].includes(answer.status) || answer.message?.includes('callback failed') === true) continue
    if (answer.status === 400 && answer.message?.startsWith('admission webhook') !== true) continue
    judged = true
    const theirs = { status: answer.status, message: answer.message ?? '', warnings: answer.warnings ?? [], object: answer.object }
    const seen = { ...ours.answer, object: step.show === 'verdict' ? undefined : ours.answer.object }
    if (canonical(seen) !== canonical(theirs)) return { kind: 'different', ours: seen, theirs }
  }
  return judged ? { kind: 'same' } : { kind: 'elsewhere' }
}

function configOf({ config = {} }: RecordedCase): AdmissionConfig {
  return {
    autoscaler: parseAutoscalerConfig(config['config-autoscaler']),
    defaults: parseDefaultsConfig(config['config-defaults']),
    features: parseFeaturesConfig(config['config-features'])
  }
}

const kindOf = (object: KubeObject): AdmittedKind | undefined =>
  admittedKinds.find(({ resource }) => resource.kind === object.kind && apiVersionOf(resource) === object.apiVersion)

function requestOf(step: RecordedStep, live: KubeObject | undefined): { kind: AdmittedKind; object: KubeObject } | undefined {
  const object = objectOf(step, live) ?? undefined
  const kind = object === undefined ? undefined : kindOf(object)
  return object === undefined || kind === undefined ? undefined : { kind, object }
}

function objectOf(step: RecordedStep, live: KubeObject | undefined): KubeObject | undefined {
  if (step.verb === 'create') return (step.text === undefined ? expanded(step.object) : parseYaml(step.text)) as KubeObject
  if (live === undefined) return undefined
  if (step.verb === 'update' && step.change !== undefined) return merged(live, step.change) as KubeObject
  if (step.verb === 'patch' && step.type === undefined) return merged(live, step.patch) as KubeObject
  return step.verb === 'patch' && step.type === 'json' ? jsonPatched(live, step.patch) : undefined
}

interface Answer {
  readonly status: number
  readonly message: string
  readonly warnings: readonly string[]
  readonly object?: unknown
}

function ask(
  kind: AdmittedKind,
  sent: KubeObject,
  old: KubeObject | undefined,
  step: RecordedStep,
  config: AdmissionConfig
): { readonly answer: Answer; readonly live?: KubeObject } {
  const { object, unknown } = prune(kind.resource, localised(sent))
  if (step.sub === undefined) delete (object as { status?: unknown }).status
  const operation = old === undefined ? 'CREATE' : 'UPDATE'
  const question = {
    operation,
    subresource: step.sub ?? '',
    user: step.as ?? 'admin',
    object,
    ...(old === undefined ? {} : { oldObject: old })
  } as const
  const told = step.query?.['fieldValidation'] !== 'Ignore'
  const warned = told ? unknown.map((path) => `unknown field "${path}"`) : []
  const refuse = (webhook: string, message: string, warnings: readonly string[]) => ({
    answer: {
      status: 400,
      message: `admission webhook "${webhook}" denied the request: ${global(message)}`,
      warnings: [...warned, ...warnings].map(global)
    }
  })
  const filled = fillIn(kind, question, config)
  if (!filled.ok) return refuse('webhook.serving.knative.dev', filled.message, [])
  // The schema's defaults come again after the webhook's patch.
  const stored = prune(kind.resource, filled.object).object
  const verdict = judge(kind, { ...question, object: stored }, config)
  if (verdict.refusal !== undefined) return refuse('validation.webhook.serving.knative.dev', verdict.refusal, verdict.warnings)
  const status = old === undefined ? 201 : 200
  const answer = { status, message: '', warnings: [...warned, ...verdict.warnings], object: shown(stored) }
  return { answer, live: stored }
}
