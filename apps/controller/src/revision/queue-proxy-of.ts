import { podsCertificateDirectory, podsCertificateName, queueProxyPodInfoAnnotation, type Revision } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { queueProxyName } from './names-of.ts'
import { isEnabled, queueProxyEnvOf } from './queue-proxy-env-of.ts'
import { queueProxyResourcesOf } from './queue-proxy-resources-of.ts'
import { queueProxyProbeOf } from './readiness-probe.ts'
import type { RevisionSettings } from './revision-settings.ts'
import { servingPortOf } from './serving-port.ts'

const podInfo = 'pod-info'
const tokens = 'knative-token-volume'
const certificate = 'server-certs'
const mountPaths: Readonly<Record<string, string>> = {
  [podInfo]: '/etc/podinfo',
  [tokens]: '/var/run/secrets/tokens',
  [certificate]: podsCertificateDirectory
}

/** The sidecar of every revision's pod. */
export function queueProxyOf(revision: Revision, settings: RevisionSettings): k8s.Container {
  const mounts = queueProxyVolumesOf(revision, settings).map((volume): k8s.VolumeMount => ({
    name: volume.name,
    mountPath: mountPaths[volume.name] ?? '',
    readOnly: true
  }))
  return {
    name: queueProxyName,
    image: settings.queueProxy.image,
    resources: queueProxyResourcesOf(revision, settings.queueProxy),
    ports: [
      { name: 'http-autometric', containerPort: 9090 },
      { name: 'http-usermetric', containerPort: 9091 },
      ...(settings.queueProxy.profiling ? [{ name: 'profiling-port', containerPort: 8008 }] : []),
      { name: 'queue-port', containerPort: servingPortOf(revision.spec).queue },
      { name: 'https-port', containerPort: 8112 }
    ],
    readinessProbe: queueProxyProbeOf(revision),
    securityContext: settings.queueProxy.securityContext,
    env: queueProxyEnvOf(revision, settings),
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts })
  }
}

/** Volumes that only the queue-proxy mounts. */
export function queueProxyVolumesOf(revision: Revision, { queueProxy }: RevisionSettings): k8s.Volume[] {
  const asked = isEnabled(revision.metadata.annotations?.[queueProxyPodInfoAnnotation])
  const volumes: k8s.Volume[] = []
  if (queueProxy.podInfo === 'Enabled' || (queueProxy.podInfo === 'Allowed' && asked)) {
    const items = [{ path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } }]
    volumes.push({ name: podInfo, downwardAPI: { items } })
  }
  if (queueProxy.tokenAudiences.length > 0) {
    const sources = queueProxy.tokenAudiences.map((audience) => ({
      serviceAccountToken: { audience, expirationSeconds: 3600, path: audience }
    }))
    volumes.push({ name: tokens, projected: { sources } })
  }
  if (queueProxy.certificate) volumes.push({ name: certificate, secret: { secretName: podsCertificateName } })
  return volumes
}
