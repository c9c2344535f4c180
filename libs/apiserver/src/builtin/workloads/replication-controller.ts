/** ReplicationController, PodTemplate and ControllerRevision: kept for old objects, or by other controllers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { required, type Cause } from '../../http/errors.ts'
import { immutable, noneNegative, notNegative } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { checkLasting, checkMatch, checkTemplate, defaultTemplate } from '../pods/template.rules.ts'

function checkController({ spec }: k8s.ReplicationController): Cause[] {
  const selector = spec?.selector ?? {}
  const isEmpty = Object.keys(selector).length === 0
  const causes = noneNegative('spec', spec, ['minReadySeconds'])
  if (isEmpty) causes.push(required('spec.selector'))
  causes.push(...noneNegative('spec', spec, ['replicas']))
  if (spec?.template == null) return [...causes, required('spec.template')]
  return [
    ...causes,
    ...(isEmpty ? [] : checkMatch({ matchLabels: selector }, spec.template, 'spec.template')),
    ...checkTemplate(spec.template, 'spec.template'),
    ...checkLasting(spec.template, 'spec.template', 'ReplicationController')
  ]
}

export const replicationControllerRules: KindRules<k8s.ReplicationController> = {
  generation: 'spec',
  defaults({ spec, metadata }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    const labels = spec.template?.metadata?.labels
    if (labels !== undefined) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels }
      if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(controller) {
    controller.status = { replicas: 0 }
  },
  check: checkController,
  warnings: ({ spec }) => podWarnings(spec?.template ?? {}, 'spec.template.'),
  fields: { 'status.replicas': (controller) => String(controller.status?.replicas ?? 0) }
}

export const podTemplateRules: KindRules<k8s.PodTemplate> = {
  generation: 'all',
  defaults: ({ template }) => defaultTemplate(template),
  check: ({ template }) => checkTemplate(template, 'template'),
  warnings: ({ template }) => podWarnings(template ?? {}, 'template.')
}

const MANDATORY = 'data is mandatory'

export const controllerRevisionRules: KindRules<k8s.ControllerRevision> = {
  check: ({ revision }) => notNegative('revision', revision),
  checkCreate({ data }) {
    if (data === undefined || data === null) return [required('data', MANDATORY)]
    return typeof data === 'object' && !Array.isArray(data) ? [] : [required('data', 'data must be a valid JSON object')]
  },
  checkUpdate: ({ data }, before) => immutable('data', data, before.data)
}
