/** The generated templates of the chart: the objects of an installation, as standalone applies them, opened for values. */
import type { KubeObject } from '@knative-ts/api'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parts, systemObjects } from '@knative-ts/api/system'
import { definitionOf } from '../../../libs/api/src/crds/definition-of.ts'
import { definedKinds } from '../../../libs/api/src/crds/kinds.ts'
import { templateOf, type Opening, type Words } from './opening.ts'
import { openingsOf } from './openings-of.ts'
import { rolesOf, valueOf, type Subchart } from './subcharts.ts'
import { chartOptions, chartWords } from './words.ts'

const header = '{{- /* Generated from libs/api/src/system by tools/generate/chart.mjs. */ -}}\n'
const sharedHeader = '{{- /* Generated from tools/generate/chart/shared by tools/generate/chart.mjs. */ -}}\n'

/** Stays when the release goes, so that nobody loses his Services by removing what served them. */
function kept({ metadata }: Pick<KubeObject, 'metadata'>): Opening {
  const policy = 'helm.sh/resource-policy: keep'
  if (metadata.annotations === undefined) return { kind: 'entry', at: ['metadata', 'annotations'], text: `annotations:\n  ${policy}` }
  return { kind: 'entry', at: ['metadata', 'annotations', 'helm.sh/resource-policy'], text: policy }
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

/** Templates by path below the chart's `templates/gen` folder. */
export function templateFiles(chart: Subchart): ReadonlyMap<string, string> {
  const words = chartWords(chart.part)
  const files = new Map<string, string[]>()
  for (const object of systemObjects(chartOptions, chart.part)) {
    const path = fileOf(object)
    files.set(path, [...(files.get(path) ?? []), objectTemplate(object, chart, words)])
  }
  const definitions = definedKinds.map((kind) => definitionOf(kind, chartOptions.version))
  for (const definition of definitions) {
    if (definition.metadata.labels?.['app.kubernetes.io/name'] !== parts[chart.part].namespace) continue
    files.set(`crds/${definition.metadata.name}.yaml`, [
      templateOf(definition, [...openingsOf(definition as KubeObject, chart), kept(definition)], words)
    ])
  }
  return new Map([...[...files].map(([path, texts]) => [path, header + texts.join('---\n')] as const), ...sharedFiles(chart)])
}

function objectTemplate(object: KubeObject, chart: Subchart, words: Words): string {
  const more = object.kind === 'Image' ? [afterInstall] : []
  const text = templateOf(object, [...openingsOf(object, chart), ...more], words)
  return object.kind === 'Namespace' ? `{{- if include "${chart.part}.ownsNamespace" . }}\n${text}{{- end }}\n` : text
}

const shared = join(import.meta.dirname, 'shared')

/** What every part has by the same words: helm has no way to share templates between charts that also install alone. */
function sharedFiles(chart: Subchart): [string, string][] {
  const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' ')
  const pairs = (roles: readonly { role: string; value: string }[]): string => quoted(roles.flatMap(({ role, value }) => [role, value]))
  const roles = rolesOf(chart)
  const scalable = chart.scalable.map((role) => ({ role, value: valueOf(role) }))
  const fill = (text: string): string =>
    text
      .replaceAll('PARTNAME', chart.part)
      .replaceAll('PART.', `${chart.part}.`)
      .replaceAll('OWN-NAMESPACE', parts[chart.part].namespace)
      .replaceAll('dict ROLES', `dict ${pairs(roles)}`)
      .replaceAll('dict SCALABLE', `dict ${pairs(scalable)}`)
      .replaceAll('tuple VALUES', `tuple ${quoted(roles.map(({ value }) => value))}`)
  return readdirSync(shared).map((name) => [name, sharedHeader + fill(readFileSync(join(shared, name), 'utf8'))])
}

function fileOf(object: KubeObject): string {
  const name = object.metadata.name ?? ''
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return `workloads/${name}.yaml`
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
