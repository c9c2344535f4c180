export * from './object.ts'

export * from './conditions/condition-set.ts'
export * from './conditions/readiness.ts'
export * from './conditions/remedies.ts'
export type { Condition, Status } from './conditions/condition.schema.ts'

export * from './hash/adler32.ts'
export * from './hash/crc32.ts'
export * from './hash/fnv.ts'
export * from './hash/md5.ts'
export * from './names/autoscaling-keys.ts'
export * from './names/child-name.ts'
export * from './names/keys.ts'

export * from './serving/service/service.ts'
export * from './serving/service/service.conditions.ts'
export type { ServiceSpec, ServiceStatus } from './serving/service/service.schema.ts'
export * from './serving/configuration/configuration.ts'
export * from './serving/configuration/configuration.conditions.ts'
export type { ConfigurationSpec, ConfigurationStatus } from './serving/configuration/configuration.schema.ts'
export * from './serving/revision/revision.ts'
export * from './serving/revision/revision.conditions.ts'
export type { ContainerStatus, RevisionSpec, RevisionStatus, RevisionTemplateSpec } from './serving/revision/revision.schema.ts'
export type {
  Container,
  ContainerPort,
  ContainerSecurityContext,
  EnvFromSource,
  EnvVar,
  ResourceRequirements,
  VolumeMount
} from './serving/revision/container.schema.ts'
export type { Probe } from './serving/revision/probe.schema.ts'
export type { Volume, VolumeProjection } from './serving/revision/volume.schema.ts'
export * from './serving/route/route.ts'
export * from './serving/route/route.conditions.ts'
export type { Address, RouteSpec, RouteStatus, TrafficTarget } from './serving/route/route.schema.ts'

export * from './serving/domain-mapping/domain-mapping.ts'
export * from './serving/domain-mapping/domain-mapping.conditions.ts'
export type { DomainMappingSpec, DomainMappingStatus, KReference } from './serving/domain-mapping/domain-mapping.schema.ts'

export * from './autoscaling/pod-autoscaler/pod-autoscaler.ts'
export * from './autoscaling/pod-autoscaler/pod-autoscaler.conditions.ts'
export type { PodAutoscalerSpec, PodAutoscalerStatus } from './autoscaling/pod-autoscaler/pod-autoscaler.schema.ts'
export * from './autoscaling/metric/metric.ts'
export * from './autoscaling/metric/metric.conditions.ts'
export type { MetricSpec, MetricStatus } from './autoscaling/metric/metric.schema.ts'

export * from './networking/serverless-service/serverless-service.ts'
export * from './networking/serverless-service/serverless-service.conditions.ts'
export type {
  ObjectRef,
  ServerlessServiceSpec,
  ServerlessServiceStatus
} from './networking/serverless-service/serverless-service.schema.ts'
export * from './networking/ingress/ingress.ts'
export * from './networking/ingress/ingress.conditions.ts'
export type {
  IngressPath,
  IngressRule,
  IngressSpec,
  IngressSplit,
  IngressStatus,
  IngressTls,
  LoadBalancerStatus
} from './networking/ingress/ingress.schema.ts'

export * from './networking/certificate/certificate.ts'
export * from './networking/certificate/certificate.conditions.ts'
export type { CertificateSpec, CertificateStatus, Http01Challenge } from './networking/certificate/certificate.schema.ts'
export * from './networking/domain-claim/domain-claim.ts'
export type { ClusterDomainClaimSpec } from './networking/domain-claim/domain-claim.schema.ts'

export * from './caching/image/image.ts'
export type { ImageSpec, ImageStatus } from './caching/image/image.schema.ts'

export * from './config/autoscaler-config.ts'
export * from './config/certmanager-config.ts'
export * from './config/config-error.ts'
export * from './config/container-name.ts'
export * from './config/defaults-config.ts'
export * from './config/deployment-config.ts'
export * from './config/domain-config.ts'
export * from './config/features-config.ts'
export * from './config/gc-config.ts'
export * from './config/host-template.ts'
export * from './config/leader-election-config.ts'
export * from './config/logging-config.ts'
export * from './config/network-config.ts'
export * from './config/observability-config.ts'
export * from './config/runtime-class-config.ts'

export * from './go/duration.ts'
export * from './go/number.ts'
export * from './go/parsed.ts'
export * from './go/quantity.ts'
export { executeTemplate, type TemplateData } from './go/template/execute-template.ts'
export { parseTemplate, type Template } from './go/template/parse-template.ts'
export * from './names/name-rules.ts'
export * from './config/config-map.rules.ts'

export * from './admission/admit.ts'
export type { AdmittedKind, AdmittedObject } from './admission/admitted-kind.ts'
export * from './admission/admitted-kinds.ts'
export type { AdmissionConfig, AdmissionContext } from './validation/admission-context.ts'
export * from './validation/field-error.ts'
export { defaultRevisionSpec } from './serving/revision/revision.defaults.ts'
