import { metrics } from '../autoscaling/metric/metric.ts'
import { validateMetric } from '../autoscaling/metric/metric.rules.ts'
import { podAutoscalers } from '../autoscaling/pod-autoscaler/pod-autoscaler.ts'
import { defaultPodAutoscaler } from '../autoscaling/pod-autoscaler/pod-autoscaler.defaults.ts'
import { validatePodAutoscaler } from '../autoscaling/pod-autoscaler/pod-autoscaler.rules.ts'
import { certificateShape, ingressShape, metricShape, podAutoscalerShape, serverlessServiceShape } from '../decoding/internal-shape.ts'
import { configurationShape, domainMappingShape, revisionShape, routeShape, serviceShape } from '../decoding/serving-shape.ts'
import { certificates } from '../networking/certificate/certificate.ts'
import { validateCertificate } from '../networking/certificate/certificate.rules.ts'
import { ingresses } from '../networking/ingress/ingress.ts'
import { defaultIngress } from '../networking/ingress/ingress.defaults.ts'
import { validateIngress } from '../networking/ingress/ingress.rules.ts'
import { serverlessServices } from '../networking/serverless-service/serverless-service.ts'
import { validateServerlessService } from '../networking/serverless-service/serverless-service.rules.ts'
import { configurations } from '../serving/configuration/configuration.ts'
import { defaultConfiguration } from '../serving/configuration/configuration.defaults.ts'
import { validateConfiguration } from '../serving/configuration/configuration.rules.ts'
import { domainMappings } from '../serving/domain-mapping/domain-mapping.ts'
import { defaultDomainMapping } from '../serving/domain-mapping/domain-mapping.defaults.ts'
import { validateDomainMapping } from '../serving/domain-mapping/domain-mapping.rules.ts'
import { revisions } from '../serving/revision/revision.ts'
import { defaultRevision } from '../serving/revision/revision.defaults.ts'
import { validateRevision } from '../serving/revision/revision.rules.ts'
import { routes } from '../serving/route/route.ts'
import { defaultRoute } from '../serving/route/route.defaults.ts'
import { validateRoute } from '../serving/route/route.rules.ts'
import { knativeServices } from '../serving/service/service.ts'
import { defaultService } from '../serving/service/service.defaults.ts'
import { validateService } from '../serving/service/service.rules.ts'
import { admittedKind, type AdmittedKind } from './admitted-kind.ts'

const unchanged = <T>(object: T): T => object

/** The kinds that the webhook is asked about. */
export const admittedKinds: readonly AdmittedKind[] = [
  admittedKind(knativeServices, serviceShape, defaultService, validateService),
  admittedKind(configurations, configurationShape, defaultConfiguration, validateConfiguration),
  admittedKind(revisions, revisionShape, defaultRevision, validateRevision),
  admittedKind(routes, routeShape, defaultRoute, validateRoute),
  admittedKind(domainMappings, domainMappingShape, defaultDomainMapping, validateDomainMapping),
  admittedKind(podAutoscalers, podAutoscalerShape, defaultPodAutoscaler, validatePodAutoscaler),
  admittedKind(metrics, metricShape, unchanged, validateMetric),
  admittedKind(serverlessServices, serverlessServiceShape, unchanged, validateServerlessService),
  admittedKind(ingresses, ingressShape, defaultIngress, validateIngress),
  admittedKind(certificates, certificateShape, unchanged, validateCertificate)
]
