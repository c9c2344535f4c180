/** Which places of which object the values of the chart fill. */
import type { KubeObject } from '@knative-ts/api'
import type { Service } from '@knative-ts/api/kubernetes'
import type { RoleName } from '@knative-ts/api/system'
import type { Opening } from './opening.ts'

/** Roles that may scale by load. */
const scalable: readonly RoleName[] = ['activator', 'webhook', 'gateway']

/** All openings of one object. */
export function openingsOf(object: KubeObject): Opening[] {
  const name = object.metadata.name ?? ''
  return [extraLabels(['metadata', 'labels', 'EXTRA'], '.Values.extraLabels'), ...(byKind[object.kind ?? '']?.(name, object) ?? [])]
}

const byKind: Readonly<Record<string, (name: string, object: KubeObject) => Opening[]>> = {
  ConfigMap: (name) => [configuration(name)],
  Service: (name, object) => (name === 'gateway' ? publicService(object as unknown as Service) : []),
  Deployment: (name) => deployment(name as RoleName)
}

function extraLabels(at: Opening['at'], labels: string): Opening {
  return { kind: 'entry', at, text: `{{- with ${labels} }}\n{{- toYaml . | nindent $0 }}\n{{- end }}` }
}

function configuration(name: string): Opening {
  const text = `{{- with include "serving.config" (list . "${name.replace('config-', '')}") }}\ndata:\n  {{- . | nindent $2 }}\n{{- end }}`
  return { kind: 'entry', at: ['data'], text }
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

function deployment(role: RoleName): Opening[] {
  const values = `.Values.${role}`
  const pod = ['spec', 'template', 'spec']
  const container = [...pod, 'containers', 0]
  const replicas = `replicas: {{ ${values}.replicas }}`
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
      text: `{{- with include "serving.scheduling" (list . ${values}) }}\n{{- . | nindent $0 }}\n{{- end }}`
    }
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
