import { brokerEverythingLabel, brokerLabel, childName, scopeAnnotation, type Broker, type ChannelTemplate } from '@knative-ts/api'
import type { WantedChannel } from '../channel/ensure-channel.ts'

/** Annotations of a Broker that are for its channel. */
const forChannel = 'messaging.knative.dev'

/** Made by the webhook about the Broker itself. */
const aboutUsers = /\/(creator|lastModifier)$/

/** The channel that carries the events of a Broker. */
export function triggerChannelOf({ metadata, spec }: Broker, template: ChannelTemplate): WantedChannel {
  const { name = '', namespace = '', annotations = {} } = metadata
  const passed = Object.entries(annotations).filter(([key]) => key.startsWith(forChannel) && !aboutUsers.test(key))
  return {
    template,
    metadata: {
      name: childName(name, '-kne-trigger'),
      namespace,
      labels: { [brokerLabel]: name, [brokerEverythingLabel]: 'true' },
      annotations: { [scopeAnnotation]: 'cluster', ...Object.fromEntries(passed) }
    },
    delivery: spec.delivery
  }
}
