import { later, live, type ConfigKey, type ConfigMapKeys } from './config-key.ts'

const judged = 'the webhook judges templates when they are stored'
/** Flags of the pod specification by what they open. */
const podSpec: Readonly<Record<string, string>> = {
  affinity: '`affinity`',
  topologyspreadconstraints: '`topologySpreadConstraints`',
  hostaliases: '`hostAliases`',
  nodeselector: '`nodeSelector`',
  tolerations: '`tolerations`',
  fieldref: '`fieldRef` and `resourceFieldRef` of variables',
  runtimeclassname: '`runtimeClassName`',
  dnspolicy: '`dnsPolicy`',
  dnsconfig: '`dnsConfig`',
  securitycontext: '`securityContext` of the pod',
  shareprocessnamespace: '`shareProcessNamespace`',
  hostipc: '`hostIPC`',
  hostpid: '`hostPID`',
  hostnetwork: '`hostNetwork`',
  priorityclassname: '`priorityClassName`',
  schedulername: '`schedulerName`',
  'init-containers': '`initContainers`',
  'persistent-volume-claim': 'volumes of claims, to read',
  'persistent-volume-write': 'volumes of claims, to write',
  'volumes-emptydir': 'volumes `emptyDir`',
  'volumes-image': 'volumes `image`',
  'volumes-hostpath': 'volumes `hostPath`',
  'volumes-ephemeral': 'volumes `ephemeral`',
  'volumes-csi': 'volumes `csi`',
  'volumes-mount-propagation': '`mountPropagation` of mounts'
}
/** Where `Allowed` lifts the mask alone, and use takes `Enabled`. */
const strict = (name: string): boolean => /^(init-containers|persistent-|volumes-)/.test(name)
const ofPodSpec = Object.entries(podSpec).map(([name, what]): ConfigKey =>
  later(
    `kubernetes.podspec-${name}`,
    name === 'volumes-emptydir' ? 'Enabled' : 'Disabled',
    `templates may have ${what}${strict(name) ? '; `Enabled` only' : ''}`,
    'new',
    judged
  )
)

/** config-features. */
export const featuresKeys: ConfigMapKeys = {
  name: 'features',
  about:
    '`Enabled`, `Allowed` or `Disabled`, in any case; other words count as the default. For flags that allow fields, `Allowed` and `Enabled` mean the same unless stated.',
  keys: [
    later('multi-container', 'Enabled', 'more than one container; `Enabled` only', 'new', judged),
    live('multi-container-probing', 'Disabled', '`Enabled`: sidecars have probes, and the queue-proxy asks all of them'),
    later(
      'secure-pod-defaults',
      'Disabled',
      '`AllowRootBounded`: no escalation, seccomp and no capabilities unless a container says otherwise; `Enabled`: not as root either',
      'new',
      'the webhook fills it in when a template is stored'
    ),
    live('tag-header-based-routing', 'Disabled', '`Enabled`: header `Knative-Serving-Tag` picks a tag'),
    live('autodetect-http2', 'Disabled', '`Enabled`: the queue-proxy finds out whether the container speaks HTTP/2'),
    live('queueproxy.mount-podinfo', 'Disabled', '`Enabled`: annotations of the pod in `/etc/podinfo`; `Allowed`: for templates that ask'),
    live('queueproxy.resource-defaults', 'Disabled', '`Enabled`: queue-proxies have limits where config-deployment gives none'),
    ...ofPodSpec,
    later('kubernetes.containerspec-addcapabilities', 'Disabled', 'containers may add capabilities; `Enabled` only', 'new', judged)
  ]
}
