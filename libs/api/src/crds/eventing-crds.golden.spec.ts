import { describe, expect, it } from '@jest/globals'
import { customResourceDefinitions } from './index.ts'

const definitions = customResourceDefinitions('eventing')
const named = (name: string) => {
  const found = definitions.find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw new Error(`no definition ${name}`)
  return found
}

describe("Eventing's custom resource definitions", () => {
  it('name the kinds as upstream does', () => {
    const rows = definitions.flatMap(({ spec }) =>
      spec.versions.map(({ name, storage, additionalPrinterColumns = [] }) =>
        [
          `${spec.group}/${name}${storage ? '*' : ''}`,
          spec.names.kind,
          spec.names.shortNames?.join(',') ?? '',
          spec.names.categories?.join(','),
          additionalPrinterColumns.map((column) => column.name).join(',')
        ].join(' | ')
      )
    )
    expect(rows).toEqual([
      'eventing.knative.dev/v1* | Broker |  | all,knative,eventing | URL,Age,Ready,Reason,Class',
      'eventing.knative.dev/v1* | Trigger |  | all,knative,eventing | Broker,Subscriber_URI,Age,Ready,Reason',
      'eventing.knative.dev/v1beta2* | EventType |  | all,knative,eventing | Type,Source,Schema,Reference Name,Reference Kind,Description,Ready,Reason',
      'eventing.knative.dev/v1beta3 | EventType |  | all,knative,eventing | Type,Source,Reference Name,Reference Kind,Description,Ready,Reason',
      'eventing.knative.dev/v1beta1 | EventType |  | all,knative,eventing | Type,Source,Schema,Reference Name,Reference Kind,Description,Ready,Reason',
      'eventing.knative.dev/v1alpha1* | EventPolicy |  | all,knative,eventing | Ready,Reason',
      'eventing.knative.dev/v1alpha1* | EventTransform |  | all,knative,eventing | URL,Sink,Ready,Reason',
      'eventing.knative.dev/v1alpha1* | RequestReply | rr | all,knative,eventing | URL,Ready,Reason',
      'messaging.knative.dev/v1* | Channel | ch | all,knative,messaging,channel | URL,Age,Ready,Reason',
      'messaging.knative.dev/v1* | InMemoryChannel | imc | all,knative,messaging,channel | URL,Age,Ready,Reason',
      'messaging.knative.dev/v1* | Subscription | sub | all,knative,messaging | Age,Ready,Reason',
      'flows.knative.dev/v1* | Sequence |  | all,knative,flows | URL,Age,Ready,Reason',
      'flows.knative.dev/v1* | Parallel |  | all,knative,flows | URL,Age,Ready,Reason',
      'sources.knative.dev/v1* | ApiServerSource |  | all,knative,sources | Sink,Age,Ready,Reason',
      'sources.knative.dev/v1* | PingSource |  | all,knative,sources | Sink,Schedule,Age,Ready,Reason',
      'sources.knative.dev/v1beta2 | PingSource |  | all,knative,sources | Sink,Schedule,Age,Ready,Reason',
      'sources.knative.dev/v1* | ContainerSource |  | all,knative,sources | Sink,Age,Ready,Reason',
      'sources.knative.dev/v1* | SinkBinding |  | all,knative,sources,bindings | Sink,Age,Ready,Reason',
      'sources.knative.dev/v1alpha1* | IntegrationSource |  | all,knative,sources | Sink,Age,Ready,Reason',
      'sinks.knative.dev/v1alpha1* | JobSink |  | all,knative,eventing,sink | URL,Age,Ready,Reason',
      'sinks.knative.dev/v1alpha1* | IntegrationSink |  | all,knative,eventing,sink | URL,Age,Ready,Reason'
    ])
  })

  it('say by labels what other objects may do with a kind', () => {
    const withLabel = (label: string): string[] =>
      definitions.filter(({ metadata }) => metadata.labels?.[label] === 'true').map(({ spec }) => spec.names.kind)
    expect(withLabel('knative.dev/crd-install').length).toBe(definitions.length)
    expect(withLabel('duck.knative.dev/addressable')).toEqual(
      expect.arrayContaining([
        'Broker',
        'Channel',
        'InMemoryChannel',
        'Sequence',
        'Parallel',
        'EventTransform',
        'JobSink',
        'IntegrationSink'
      ])
    )
    expect(withLabel('duck.knative.dev/addressable')).not.toContain('RequestReply')
    expect(withLabel('messaging.knative.dev/subscribable')).toEqual(['Channel', 'InMemoryChannel'])
    const sources = ['ApiServerSource', 'PingSource', 'ContainerSource', 'SinkBinding', 'IntegrationSource']
    expect(withLabel('duck.knative.dev/source')).toEqual(sources)
    expect(withLabel('eventing.knative.dev/source')).toEqual(sources)
    expect(withLabel('duck.knative.dev/binding')).toEqual(['SinkBinding'])
  })

  it('tell which events sources send', () => {
    const events = (name: string): { type: string }[] =>
      JSON.parse(named(name).metadata.annotations?.['registry.knative.dev/eventTypes'] ?? '[]') as { type: string }[]
    expect(events('pingsources.sources.knative.dev').map(({ type }) => type)).toEqual(['dev.knative.sources.ping'])
    expect(events('apiserversources.sources.knative.dev').map(({ type }) => type)).toEqual(
      ['ref', 'resource'].flatMap((mode) => ['add', 'update', 'delete'].map((verb) => `dev.knative.apiserver.${mode}.${verb}`))
    )
  })

  it('have old versions converted by the webhook, and warn of them', () => {
    const converted = definitions.filter(({ spec }) => spec.conversion?.strategy === 'Webhook').map(({ spec }) => spec.names.kind)
    expect(converted).toEqual(['EventType', 'PingSource'])
    for (const { spec } of definitions) {
      expect([spec.names.kind, spec.conversion !== undefined]).toEqual([spec.names.kind, spec.versions.length > 1])
      expect(spec.versions.filter(({ storage }) => storage).length).toBe(1)
      for (const version of spec.versions) expect(version).toMatchObject({ served: true, subresources: { status: {} } })
    }
    expect(named('pingsources.sources.knative.dev').spec.versions[1]).toMatchObject({
      name: 'v1beta2',
      deprecated: true,
      deprecationWarning:
        'sources.knative.dev/v1beta2 PingSource is deprecated; see https://knative.dev/docs/eventing/sources/ping-source/ for instructions to migrate to sources.knative.dev/v1 PingSource'
    })
  })
})
