/** The kinds of sources.knative.dev and sinks.knative.dev as Go types. */
import { ddbStreams, connectorAuth, s3, sns, sqs } from './aws-shape.ts'
import { addressStatus, filter, policiesStatus, sourceSpec, sourceStatus } from './duck-shape.ts'
import { job, podTemplate } from './pod-shape.ts'
import { labelSelector } from './selector-shape.ts'
import { duckStatus } from './serving-shape.ts'
import { always, bool, embedded, int, kind, list, pointer, string, struct, value, values } from './shape.ts'

const pingSource = (version: string) =>
  kind(
    `${version}.PingSource`,
    struct(`${version}.PingSourceSpec`, { ...sourceSpec, ...values(string, 'schedule', 'timezone', 'contentType', 'data', 'dataBase64') }),
    struct(`${version}.PingSourceStatus`, sourceStatus)
  )
export const pingSourceShape = pingSource('v1')
export const pingSourceV1beta2Shape = pingSource('v1beta2')

const versionAndKind = { apiVersion: always(string), kind: always(string) }

export const apiServerSourceShape = kind(
  'v1.ApiServerSource',
  struct('v1.ApiServerSourceSpec', {
    ...sourceSpec,
    resources: value(list(struct('v1.APIVersionKindSelector', { ...versionAndKind, selector: pointer(labelSelector) }))),
    owner: pointer(struct('v1.APIVersionKind', versionAndKind)),
    ...values(string, 'mode', 'serviceAccountName'),
    namespaceSelector: pointer(labelSelector),
    filters: value(list(filter))
  }),
  struct('v1.ApiServerSourceStatus', { ...sourceStatus, namespaces: always(list(string)) })
)

export const containerSourceShape = kind(
  'v1.ContainerSource',
  struct('v1.ContainerSourceSpec', { ...sourceSpec, template: always(podTemplate) }),
  struct('v1.ContainerSourceStatus', sourceStatus)
)

export const sinkBindingShape = kind(
  'v1.SinkBinding',
  struct('v1.SinkBindingSpec', {
    ...sourceSpec,
    ...embedded('BindingSpec', {
      subject: always(
        struct('tracker.Reference', { ...values(string, 'apiVersion', 'kind', 'namespace', 'name'), selector: pointer(labelSelector) })
      )
    })
  }),
  struct('v1.SinkBindingStatus', { ...sourceStatus, oidcTokenSecretName: pointer(string) })
)

export const integrationSourceShape = kind(
  'v1alpha1.IntegrationSource',
  struct('v1alpha1.IntegrationSourceSpec', {
    ...sourceSpec,
    template: pointer(podTemplate),
    aws: pointer(struct('v1alpha1.Aws', { ...pointersTo({ s3, sqs, ddbStreams }), auth: pointer(connectorAuth) })),
    timer: pointer(
      struct('v1alpha1.Timer', { period: always(int), message: always(string), contentType: always(string), repeatCount: value(int) })
    )
  }),
  struct('v1alpha1.IntegrationSourceStatus', sourceStatus)
)

export const jobSinkShape = kind(
  'v1alpha1.JobSink',
  struct('v1alpha1.JobSinkSpec', { job: pointer(job) }),
  struct('v1alpha1.JobSinkStatus', {
    ...duckStatus,
    ...addressStatus,
    job: value(struct('v1alpha1.JobStatus', values(string, 'selector'))),
    ...policiesStatus
  })
)

const log = struct('v1alpha1.Log', {
  ...values(string, 'loggerName', 'level', 'marker'),
  ...values(bool, 'logMask', 'multiline', 'showAllProperties', 'showBody', 'showBodyType', 'showExchangePattern', 'showHeaders'),
  ...values(bool, 'showProperties', 'showStreams', 'showCachedStreams')
})

export const integrationSinkShape = kind(
  'v1alpha1.IntegrationSink',
  struct('v1alpha1.IntegrationSinkSpec', {
    log: pointer(log),
    aws: pointer(struct('v1alpha1.Aws', { ...pointersTo({ s3, sqs, sns }), auth: pointer(connectorAuth) }))
  }),
  struct('v1alpha1.IntegrationSinkStatus', { ...duckStatus, ...addressStatus, ...policiesStatus })
)

function pointersTo(shapes: Readonly<Record<string, Parameters<typeof pointer>[0]>>) {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, pointer(shape)]))
}
