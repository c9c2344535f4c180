/** The internal kinds (autoscaling, networking) as Go types. */
import { duckStatus } from './serving-shape.ts'
import { always, bool, int32, int64, intOrString, list, map, pointer, pointers, string, struct, time, value, values } from './shape.ts'

const objectReference = struct(
  'v1.ObjectReference',
  values(string, 'kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath')
)

export const podAutoscalerShape = struct('v1alpha1.PodAutoscaler', {
  spec: value(
    struct('v1alpha1.PodAutoscalerSpec', {
      containerConcurrency: value(int64),
      scaleTargetRef: always(objectReference),
      reachability: value(string),
      protocolType: always(string)
    })
  ),
  status: value(
    struct('v1alpha1.PodAutoscalerStatus', {
      ...duckStatus,
      serviceName: always(string),
      metricsServiceName: always(string),
      ...pointers(int32, 'desiredScale', 'actualScale')
    })
  )
})

export const metricShape = struct('v1alpha1.Metric', {
  spec: value(struct('v1alpha1.MetricSpec', { stableWindow: always(int64), panicWindow: always(int64), scrapeTarget: always(string) })),
  status: value(struct('v1alpha1.MetricStatus', duckStatus))
})

export const serverlessServiceShape = struct('v1alpha1.ServerlessService', {
  spec: value(
    struct('v1alpha1.ServerlessServiceSpec', {
      mode: value(string),
      objectRef: always(objectReference),
      protocolType: always(string),
      numActivators: value(int32)
    })
  ),
  status: value(struct('v1alpha1.ServerlessServiceStatus', { ...duckStatus, ...values(string, 'serviceName', 'privateServiceName') }))
})

const split = struct('v1alpha1.IngressBackendSplit', {
  serviceNamespace: always(string),
  serviceName: always(string),
  servicePort: always(intOrString),
  percent: value(int32),
  appendHeaders: value(map(string))
})
const path = struct('v1alpha1.HTTPIngressPath', {
  path: value(string),
  rewriteHost: value(string),
  headers: value(map(struct('v1alpha1.HeaderMatch', { exact: always(string) }))),
  splits: always(list(split)),
  appendHeaders: value(map(string))
})
const rule = struct('v1alpha1.IngressRule', {
  hosts: value(list(string)),
  visibility: value(string),
  http: pointer(struct('v1alpha1.HTTPIngressRuleValue', { paths: always(list(path)) }))
})
const loadBalancer = struct('v1alpha1.LoadBalancerStatus', {
  ingress: value(
    list(struct('v1alpha1.LoadBalancerIngressStatus', { ...values(string, 'ip', 'domain', 'domainInternal'), meshOnly: value(bool) }))
  )
})

export const ingressShape = struct('v1alpha1.Ingress', {
  spec: value(
    struct('v1alpha1.IngressSpec', {
      tls: value(list(struct('v1alpha1.IngressTLS', { hosts: value(list(string)), ...values(string, 'secretName', 'secretNamespace') }))),
      rules: value(list(rule)),
      httpOption: value(string)
    })
  ),
  status: value(
    struct('v1alpha1.IngressStatus', {
      ...duckStatus,
      publicLoadBalancer: pointer(loadBalancer),
      privateLoadBalancer: pointer(loadBalancer)
    })
  )
})

const challenge = struct('v1alpha1.HTTP01Challenge', {
  url: value(string),
  ...values(string, 'serviceName', 'serviceNamespace'),
  servicePort: value(intOrString)
})

export const certificateShape = struct('v1alpha1.Certificate', {
  spec: value(struct('v1alpha1.CertificateSpec', { dnsNames: always(list(string)), secretName: always(string), domain: value(string) })),
  status: value(struct('v1alpha1.CertificateStatus', { ...duckStatus, notAfter: pointer(time), http01Challenges: value(list(challenge)) }))
})
