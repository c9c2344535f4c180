import type { ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** Allowed: may be used where asked for, is not on by itself. */
export type Flag = 'Enabled' | 'Allowed' | 'Disabled'
/** How far the webhook hardens a template that says nothing. */
export type SecurePodDefaults = 'Disabled' | 'AllowRootBounded' | 'Enabled'

const flags = {
  multiContainer: 'multi-container',
  multiContainerProbing: 'multi-container-probing',
  tagHeaderBasedRouting: 'tag-header-based-routing',
  autodetectHttp2: 'autodetect-http2',
  queueProxyMountPodInfo: 'queueproxy.mount-podinfo',
  queueProxyResourceDefaults: 'queueproxy.resource-defaults',
  affinity: 'kubernetes.podspec-affinity',
  topologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
  hostAliases: 'kubernetes.podspec-hostaliases',
  nodeSelector: 'kubernetes.podspec-nodeselector',
  tolerations: 'kubernetes.podspec-tolerations',
  fieldRef: 'kubernetes.podspec-fieldref',
  runtimeClassName: 'kubernetes.podspec-runtimeclassname',
  dnsPolicy: 'kubernetes.podspec-dnspolicy',
  dnsConfig: 'kubernetes.podspec-dnsconfig',
  securityContext: 'kubernetes.podspec-securitycontext',
  shareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  hostIPC: 'kubernetes.podspec-hostipc',
  hostPID: 'kubernetes.podspec-hostpid',
  hostNetwork: 'kubernetes.podspec-hostnetwork',
  priorityClassName: 'kubernetes.podspec-priorityclassname',
  schedulerName: 'kubernetes.podspec-schedulername',
  initContainers: 'kubernetes.podspec-init-containers',
  persistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
  persistentVolumeWrite: 'kubernetes.podspec-persistent-volume-write',
  volumesEmptyDir: 'kubernetes.podspec-volumes-emptydir',
  volumesImage: 'kubernetes.podspec-volumes-image',
  volumesHostPath: 'kubernetes.podspec-volumes-hostpath',
  volumesEphemeral: 'kubernetes.podspec-volumes-ephemeral',
  volumesCsi: 'kubernetes.podspec-volumes-csi',
  volumesMountPropagation: 'kubernetes.podspec-volumes-mount-propagation',
  addCapabilities: 'kubernetes.containerspec-addcapabilities'
} as const

/** The name of a flag, as code says it. */
export type FlagName = keyof typeof flags

/** config-features: what is allowed beyond the plain PodSpec. */
export type FeaturesConfig = Readonly<Record<FlagName, Flag>> & { readonly securePodDefaults: SecurePodDefaults }

/** On unless a ConfigMap says otherwise. */
const onByDefault: readonly FlagName[] = ['multiContainer', 'volumesEmptyDir']

/** Reads config-features. Words that are not known keep the default: nothing here is an error. */
export function parseFeaturesConfig(data: ConfigData): FeaturesConfig {
  const read = new ConfigReader(data)
  const names = Object.keys(flags) as FlagName[]
  const values = names.map((name) => {
    const fallback: Flag = onByDefault.includes(name) ? 'Enabled' : 'Disabled'
    return [name, word(read.raw(flags[name]), ['Enabled', 'Allowed', 'Disabled'] as const, fallback)]
  })
  return {
    ...(Object.fromEntries(values) as Record<FlagName, Flag>),
    securePodDefaults: word(read.raw('secure-pod-defaults'), ['Disabled', 'AllowRootBounded', 'Enabled'] as const, 'Disabled')
  }
}

function word<T extends string>(text: string | undefined, words: readonly T[], fallback: T): T {
  return words.find((candidate) => candidate.toLowerCase() === text?.toLowerCase()) ?? fallback
}
