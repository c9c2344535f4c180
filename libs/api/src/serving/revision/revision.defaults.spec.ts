import { describe, expect, it } from '@jest/globals'
import { fillIn, judge, type AdmissionQuestion } from '../../admission/admit.ts'
import type { AdmittedKind } from '../../admission/admitted-kind.ts'
import { admittedKinds } from '../../admission/admitted-kinds.ts'
import { parseAutoscalerConfig } from '../../config/autoscaler-config.ts'
import { parseDefaultsConfig } from '../../config/defaults-config.ts'
import { parseFeaturesConfig } from '../../config/features-config.ts'
import type { KubeObject } from '../../object.ts'

const configOf = (defaults: Readonly<Record<string, string>> = {}, features: Readonly<Record<string, string>> = {}) => ({
  autoscaler: parseAutoscalerConfig({}),
  defaults: parseDefaultsConfig(defaults),
  features: parseFeaturesConfig(features)
})
const kind = admittedKinds.find(({ resource }) => resource.plural === 'revisions') as AdmittedKind
const asked = { subresource: '', user: 'kubernetes-admin' }

/** As it is stored when nothing was configured. */
function stored(): KubeObject {
  const object = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: { name: 'hello-00001', namespace: 'default' },
    spec: { containers: [{ image: 'dev.local/hello' }] }
  }
  const filled = fillIn(kind, { ...asked, operation: 'CREATE', object }, configOf())
  if (!filled.ok) throw new Error(filled.message)
  return filled.object
}

describe('a label of a Revision may change when config-defaults or config-features have changed since it was made', () => {
  it.each([
    ['revision-timeout-seconds', configOf({ 'revision-timeout-seconds': '400' })],
    ['revision-response-start-timeout-seconds', configOf({ 'revision-response-start-timeout-seconds': '120' })],
    ['revision-idle-timeout-seconds', configOf({ 'revision-idle-timeout-seconds': '20' })],
    ['revision-cpu-request', configOf({ 'revision-cpu-request': '250m' })],
    ['enable-service-links', configOf({ 'enable-service-links': 'true' })],
    ['secure-pod-defaults', configOf({}, { 'secure-pod-defaults': 'Enabled' })]
  ])('%s', (_, config) => {
    const oldObject = stored()
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { 'serving.knative.dev/routingState': 'reserve' } } }
    const question: AdmissionQuestion = { ...asked, operation: 'UPDATE', object, oldObject }
    expect(fillIn(kind, question, config)).toMatchObject({ ok: true, object: { spec: (oldObject as KubeObject & { spec: object }).spec } })
    expect(judge(kind, question, config).refusal).toBeUndefined()
  })

  it('and its spec still may not', () => {
    const oldObject = stored() as KubeObject & { readonly spec: object }
    const object = { ...oldObject, spec: { ...oldObject.spec, timeoutSeconds: 7 } }
    expect(judge(kind, { ...asked, operation: 'UPDATE', object, oldObject }, configOf()).refusal).toContain('Immutable fields changed')
  })
})
