import {
  admittedKinds,
  fillIn,
  judge,
  parseAutoscalerConfig,
  parseDefaultsConfig,
  parseFeaturesConfig,
  type KubeObject
} from '@knative-ts/api'

/** A new object of Serving as the webhook would leave it under untouched settings. Throws its refusal. */
export function admitted(object: KubeObject): KubeObject {
  const kind = admittedKinds.find(({ resource }) => resource.kind === object.kind)
  if (kind === undefined) throw new Error(`the webhook is not asked about ${object.kind}`)
  const config = { autoscaler: parseAutoscalerConfig({}), defaults: parseDefaultsConfig({}), features: parseFeaturesConfig({}) }
  const question = { operation: 'CREATE', subresource: '', object, user: 'somebody' } as const
  const filled = fillIn(kind, question, config)
  if (!filled.ok) throw new Error(filled.message)
  const { refusal } = judge(kind, { ...question, object: filled.object }, config)
  if (refusal !== undefined) throw new Error(refusal)
  return filled.object
}
