import { expect, it } from '@jest/globals'
import { fillIn, judge, type AdmissionQuestion } from '../../admission/admit.ts'
import type { AdmittedKind } from '../../admission/admitted-kind.ts'
import { admittedKinds } from '../../admission/admitted-kinds.ts'
import { parseAutoscalerConfig } from '../../config/autoscaler-config.ts'
import { parseDefaultsConfig } from '../../config/defaults-config.ts'
import { parseFeaturesConfig } from '../../config/features-config.ts'

const configOf = (defaults: Readonly<Record<string, string>> = {}) => ({
  autoscaler: parseAutoscalerConfig({}),
  defaults: parseDefaultsConfig(defaults),
  features: parseFeaturesConfig({})
})
const asked = { subresource: '', user: 'kubernetes-admin' }

it.each([
  ['services', 'hello-own'],
  ['configurations', 'hello-own'],
  ['services', undefined],
  ['configurations', undefined]
])('%s whose template is called %s may be labelled after config-defaults has changed', (plural, name) => {
  const kind = admittedKinds.find(({ resource }) => resource.plural === plural) as AdmittedKind
  const template = { metadata: name === undefined ? {} : { name }, spec: { containers: [{ image: 'dev.local/hello' }] } }
  const metadata = { name: 'hello', namespace: 'default' }
  const given = { apiVersion: 'serving.knative.dev/v1', kind: kind.resource.kind, metadata, spec: { template } }
  const made = fillIn(kind, { ...asked, operation: 'CREATE', object: given }, configOf())
  if (!made.ok) throw new Error(made.message)
  const oldObject = made.object
  const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { team: 'red' } } }
  const question: AdmissionQuestion = { ...asked, operation: 'UPDATE', object, oldObject }
  const later = configOf({ 'revision-response-start-timeout-seconds': '120', 'revision-cpu-request': '250m' })
  const filled = fillIn(kind, question, later)
  if (!filled.ok) throw new Error(filled.message)
  expect(judge(kind, { ...question, object: filled.object }, later).refusal).toBeUndefined()
})
