/** Which places of which object the values of the chart fill. */
import type { KubeObject } from '@knative-ts/api'
import type { Service } from '@knative-ts/api/kubernetes'
import { namespaceOf, roleShapes, type AnyRole } from '@knative-ts/api/system'
import type { Opening } from './opening.ts'
import { valueOf, type Subchart } from './subcharts.ts'
import { imageExpression, imageOf } from './words.ts'

/** All openings of one object. */
export function openingsOf(object: KubeObject, chart: Subchart): Opening[] {
  const name = object.metadata.name ?? ''
  return [extraLabels(['metadata', 'labels', 'EXTRA'], '.Values.extraLabels'), ...(byKind[object.kind ?? '']?.(name, object, chart) ?? [])]
}

type Openings = (name: string, object: KubeObject, chart: Subchart) => Opening[]

const byKind: Readonly<Record<string, Openings>> = {
  ConfigMap: (name, object, chart) => [configuration(name, object, chart)],
  Service: (name, object) => (name === 'gateway' ? publicService(object as unknown as Service) : []),
  Deployment: (name, _, chart) => workload(name as AnyRole, chart),
  StatefulSet: (name, _, chart) => [...workload(name as AnyRole, chart), ...storage(name as AnyRole)]
}

function extraLabels(at: Opening['at'], labels: string): Opening {
  return { kind: 'entry', at, text: `{{- with ${labels} }}\n{{- toYaml . | nindent $0 }}\n{{- end }}` }
}

function configuration(name: string, object: KubeObject, { part }: Subchart): Opening {
  const own = Object.entries((object as { data?: Record<string, string> }).data ?? {}).map(([key, value]) => {
    const image = imageOf(value)
    return `"${key}" ${image === undefined ? JSON.stringify(value) : `(${imageExpression(part, image)})`}`
  })
  const given = `(list . "${name.replace(/^config-/, '')}" (dict${own.map((each) => ` ${each}`).join('')}))`
  return { kind: 'entry', at: ['data'], text: `{{- with include "${part}.config" ${given} }}\ndata:\n  {{- . | nindent $2 }}\n{{- end }}` }
}

function publicService(object: Service): Opening[] {
  const service = '.Values.gateway.service'
  const annotations = `{{- with ${service}.annotations }}\nannotations:\n  {{- toYaml . | nindent $2 }}\n{{- end }}`
  const only = (key: string): Opening => ({
    kind: 'entry',
    at: ['spec', key],
    text: `{{- with ${service}.${key} }}\n${key}: {{ . }}\n{{- end }}`
  })
  const nodePorts = (object.spec?.ports ?? []).map(({ name }, index): Opening => ({
    kind: 'entry',
    at: ['spec', 'ports', index, 'nodePort'],
    text: `{{- with ${service}.nodePorts.${name} }}\nnodePort: {{ . }}\n{{- end }}`
  }))
  return [
    { kind: 'entry', at: ['metadata', 'annotations'], text: annotations },
    { kind: 'value', at: ['spec', 'type'], text: `{{ ${service}.type }}` },
    only('loadBalancerClass'),
    only('externalTrafficPolicy'),
    ...nodePorts
  ]
}

function workload(role: AnyRole, { part, scalable }: Subchart): Opening[] {
  const values = `.Values.${valueOf(role)}`
  const pod = ['spec', 'template', 'spec']
  const container = [...pod, 'containers', 0]
  // One that others scale from none keeps what they have made it.
  const live = `(dig "spec" "replicas" 0 (default dict (lookup "apps/v1" "Deployment" "${namespaceOf(role)}" "${role}")))`
  const replicas =
    roleShapes[role].replicas === 0 ? `replicas: {{ ${values}.replicas | default ${live} | int }}` : `replicas: {{ ${values}.replicas }}`
  const unlessScaled = scalable.includes(role) ? `{{- if not ${values}.autoscaling.enabled }}\n${replicas}\n{{- end }}` : replicas
  const annotations = `{{- with merge (dict) ${values}.podAnnotations .Values.podAnnotations }}\nannotations:\n  {{- toYaml . | nindent $2 }}\n{{- end }}`
  return [
    { kind: 'entry', at: ['spec', 'replicas'], text: unlessScaled },
    extraLabels(['spec', 'template', 'metadata', 'labels', 'EXTRA'], `merge (dict) ${values}.podLabels .Values.extraLabels`),
    { kind: 'entry', at: ['spec', 'template', 'metadata', 'annotations'], text: annotations },
    { kind: 'value', at: [...container, 'imagePullPolicy'], text: '{{ .Values.image.pullPolicy }}' },
    { kind: 'item', at: [...container, 'env'], text: `{{- with ${values}.env }}\n{{- toYaml . | nindent $0 }}\n{{- end }}` },
    ...(role === 'controller' ? registryCertificates(pod, container) : []),
    { kind: 'entry', at: [...container, 'resources'], text: `resources:\n  {{- toYaml ${values}.resources | nindent $2 }}` },
    {
      kind: 'entry',
      at: [...pod, 'SCHEDULING'],
      text: `{{- with include "${part}.scheduling" (list . ${values}) }}\n{{- . | nindent $0 }}\n{{- end }}`
    }
  ]
}

/** The claims of a role that keeps a volume: how much, and of which class. */
function storage(role: AnyRole): Opening[] {
  const values = `.Values.${valueOf(role)}.storage`
  const claim = ['spec', 'volumeClaimTemplates', 0, 'spec']
  return [
    { kind: 'value', at: [...claim, 'resources', 'requests', 'storage'], text: `{{ ${values}.size }}` },
    { kind: 'entry', at: [...claim, 'storageClassName'], text: `{{- with ${values}.className }}\nstorageClassName: {{ . }}\n{{- end }}` }
  ]
}

/** Authorities of registries, which the controller asks for digests: where Go programs look for them, as upstream's users mount them. */
function registryCertificates(pod: Opening['at'], container: Opening['at']): Opening[] {
  const given = '.Values.controller.registryCertificates'
  const directory = '/etc/registry-certificates'
  const name = 'registry-certificates'
  return [
    { kind: 'item', at: [...container, 'env'], text: `{{- if ${given} }}\n- name: SSL_CERT_DIR\n  value: ${directory}\n{{- end }}` },
    {
      kind: 'entry',
      at: [...container, 'volumeMounts'],
      text: `{{- if ${given} }}\nvolumeMounts:\n  - name: ${name}\n    mountPath: ${directory}\n    readOnly: true\n{{- end }}`
    },
    {
      kind: 'entry',
      at: [...pod, 'volumes'],
      text: `{{- with ${given} }}\nvolumes:\n  - name: ${name}\n    secret:\n      secretName: {{ . }}\n{{- end }}`
    }
  ]
}
