import { configurationLabel, httpFullDuplexAnnotation, serviceLabel, type Revision } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { servingReadinessProbe } from './readiness-probe.ts'
import type { RevisionSettings } from './revision-settings.ts'
import { servingPortOf } from './serving-port.ts'

/** The environment of a queue-proxy: names and order are the interface between controller and queue-proxy of any make. */
export function queueProxyEnvOf(revision: Revision, settings: RevisionSettings): k8s.EnvVar[] {
  const { metadata, spec } = revision
  const { queueProxy } = settings
  const port = servingPortOf(spec)
  return [
    plain('SERVING_NAMESPACE', metadata.namespace),
    plain('SERVING_SERVICE', metadata.labels?.[serviceLabel]),
    plain('SERVING_CONFIGURATION', ownerConfigurationOf(revision)),
    plain('SERVING_REVISION', metadata.name),
    plain('QUEUE_SERVING_PORT', String(port.queue)),
    plain('QUEUE_SERVING_TLS_PORT', '8112'),
    plain('CONTAINER_CONCURRENCY', String(spec.containerConcurrency ?? 0)),
    plain('REVISION_TIMEOUT_SECONDS', String(spec.timeoutSeconds ?? 0)),
    plain('REVISION_RESPONSE_START_TIMEOUT_SECONDS', String(spec.responseStartTimeoutSeconds ?? 0)),
    plain('REVISION_IDLE_TIMEOUT_SECONDS', String(spec.idleTimeoutSeconds ?? 0)),
    ofField('SERVING_POD', 'metadata.name'),
    ofField('SERVING_POD_IP', 'status.podIP'),
    plain('SERVING_LOGGING_CONFIG', queueProxy.loggingConfig),
    plain('SERVING_LOGGING_LEVEL', queueProxy.loggingLevel),
    plain('USER_PORT', String(port.user)),
    plain('SYSTEM_NAMESPACE', settings.systemNamespace),
    plain('SERVING_READINESS_PROBE', servingReadinessProbe(revision, settings.multiContainerProbing)),
    ofField('HOST_IP', 'status.hostIP'),
    plain('ENABLE_HTTP2_AUTO_DETECTION', String(queueProxy.autodetectHttp2)),
    plain('ENABLE_HTTP_FULL_DUPLEX', String(isEnabled(metadata.annotations?.[httpFullDuplexAnnotation]))),
    plain('ROOT_CA', queueProxy.rootCa),
    plain('QUEUE_PROXY_TLS_MIN_VERSION', queueProxy.tls.minVersion),
    plain('QUEUE_PROXY_TLS_MAX_VERSION', queueProxy.tls.maxVersion),
    plain('QUEUE_PROXY_TLS_CIPHER_SUITES', queueProxy.tls.cipherSuites),
    plain('QUEUE_PROXY_TLS_CURVE_PREFERENCES', queueProxy.tls.curvePreferences),
    plain('ENABLE_MULTI_CONTAINER_PROBES', String(settings.multiContainerProbing)),
    plain('OBSERVABILITY_CONFIG', queueProxy.observability)
  ]
}

/** An empty value is left out, as Kubernetes stores it. */
function plain(name: string, value: string | undefined): k8s.EnvVar {
  return (value ?? '') === '' ? { name } : { name, value: value ?? '' }
}

const ofField = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })

/** Annotations that switch a feature on for one revision say `enabled`. */
export const isEnabled = (value: string | undefined): boolean => value?.toLowerCase() === 'enabled'

function ownerConfigurationOf(revision: Revision): string {
  const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller === true && reference.kind === 'Configuration')
  return owner?.name ?? revision.metadata.labels?.[configurationLabel] ?? ''
}
