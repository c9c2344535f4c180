import { childName, type ContainerSource, type SinkBinding } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'

/** The Deployment of a ContainerSource: its pod template (reference 5.3). */
export function containerDeploymentOf({ metadata, spec }: ContainerSource): Deployment {
  const { name = '', namespace = '' } = metadata
  const labels = { 'sources.knative.dev/source': 'container-source-controller', 'sources.knative.dev/containerSource': name }
  const { template } = spec
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: childName(name, '-deployment'), namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } } }
    }
  }
}

/** What tells that Deployment where its events go to. */
export function sinkBindingOf(source: ContainerSource): SinkBinding {
  const { name = '', namespace = '' } = source.metadata
  const { sink, ceOverrides } = source.spec
  const deployment = containerDeploymentOf(source).metadata.name ?? ''
  return {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'SinkBinding',
    metadata: { name: childName(name, '-sinkbinding'), namespace },
    spec: {
      sink: sink.ref === undefined ? sink : { ...sink, ref: { ...sink.ref, namespace: sink.ref.namespace ?? namespace } },
      ...(ceOverrides !== undefined && { ceOverrides }),
      subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment }
    }
  }
}
