import type * as k8s from '../kubernetes/index.ts'
import { eventingNamespace } from './parts.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'

const defaultChannel = 'apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\n'

/** What upstream ships in data, without which a Broker has no class and a Channel no kind (reference 7). */
const data: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'config-br-defaults': {
    'default-br-config': `clusterDefault:
  brokerClass: MTChannelBasedBroker
  apiVersion: v1
  kind: ConfigMap
  name: config-br-default-channel
  namespace: ${eventingNamespace}
  delivery:
    retry: 10
    backoffPolicy: exponential
    backoffDelay: PT0.2S
`
  },
  'config-br-default-channel': { 'channel-template-spec': defaultChannel },
  'default-ch-webhook': { 'default-ch-config': `clusterDefault:\n${defaultChannel.replaceAll(/^/gm, '  ').trimEnd()}\n` },
  'config-ping-defaults': {},
  'config-sugar': {},
  'config-kreference-mapping': {},
  'config-features': {},
  'config-imc-event-dispatcher': {},
  'config-leader-election': {},
  'config-logging': {},
  'config-observability': {}
}

/** Configuration of Eventing, by upstream's names: what it ships, and what the installation sets. */
export function eventingConfigMaps(options: SystemOptions): k8s.ConfigMap[] {
  return Object.entries(data).map(([name, shipped]) => {
    const all = { ...shipped, ...options.eventingConfiguration?.[name] }
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: eventingNamespace, labels: systemLabels(options, 'eventing-controller', 'eventing') },
      ...(Object.keys(all).length === 0 ? {} : { data: all })
    }
  })
}
