/** The generated templates of the chart: the objects of an installation, as standalone applies them, opened for values. */
import type { KubeObject } from '@knative-ts/api'
import { systemObjects } from '@knative-ts/api/system'
import { definitionOf } from '../../../libs/api/src/crds/definition-of.ts'
import { definedKinds } from '../../../libs/api/src/crds/kinds.ts'
import { templateOf, type Opening } from './opening.ts'
import { openingsOf } from './openings-of.ts'
import { chartOptions, chartWords } from './words.ts'

const header = '{{- /* Generated from libs/api/src/system by tools/generate/chart.mjs. */ -}}\n'

/** Stays when the release goes, so that nobody loses his Services by removing what served them. */
const kept: Opening = {
  kind: 'entry',
  at: ['metadata', 'annotations'],
  text: 'annotations:\n  helm.sh/resource-policy: keep'
}

/**
 * Made when its definition is there, which no object of the release proper can wait for. Hooks are not part of the release: it is made anew at
 * each upgrade, and goes by the hook that lets an installation go.
 */
const afterInstall: Opening = {
  kind: 'entry',
  at: ['metadata', 'annotations'],
  text: 'annotations:\n  helm.sh/hook: post-install,post-upgrade,post-rollback\n  helm.sh/hook-delete-policy: before-hook-creation'
}

/** Templates by path below the chart's `templates` folder. */
export function templateFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string[]>()
  for (const object of systemObjects(chartOptions)) {
    const path = fileOf(object)
    files.set(path, [...(files.get(path) ?? []), objectTemplate(object)])
  }
  const definitions = definedKinds.map((kind) => definitionOf(kind, chartOptions.version))
  for (const definition of definitions) {
    files.set(`crds/${definition.metadata.name}.yaml`, [
      templateOf(definition, [...openingsOf(definition as KubeObject), kept], chartWords)
    ])
  }
  return new Map([...files].map(([path, parts]) => [path, header + parts.join('---\n')]))
}

function objectTemplate(object: KubeObject): string {
  const more = object.kind === 'Image' ? [afterInstall] : []
  const text = templateOf(object, [...openingsOf(object), ...more], chartWords)
  return object.kind === 'Namespace' ? `{{- if include "serving.ownsNamespace" . }}\n${text}{{- end }}\n` : text
}

function fileOf(object: KubeObject): string {
  const name = object.metadata.name ?? ''
  switch (object.kind) {
    case 'Deployment':
      return `deployments/${name}.yaml`
    case 'ServiceAccount':
    case 'ClusterRole':
    case 'ClusterRoleBinding':
    case 'Role':
    case 'RoleBinding':
      return 'rbac.yaml'
    case 'ConfigMap':
      return 'config-maps.yaml'
    case 'Service':
      return 'services.yaml'
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return 'webhook-configurations.yaml'
    default:
      return `${(object.kind ?? '').toLowerCase()}.yaml`
  }
}
