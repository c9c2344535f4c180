import type { AdmissionContext } from '../../validation/admission-context.ts'
import type { BrokerDefaults } from '../../config/eventing/broker-defaults-config.ts'
import type { ChannelDefaults } from '../../config/eventing/channel-defaults-config.ts'
import type { EventingFeatures } from '../../config/eventing/features-config.ts'
import type { PingDefaults } from '../../config/eventing/ping-defaults-config.ts'
import type { KubeObject } from '../../object.ts'

/** What the defaults and rules of Eventing's kinds ask. */
export interface EventingAdmissionConfig {
  readonly features: EventingFeatures
  readonly brokerDefaults: BrokerDefaults
  readonly channelDefaults: ChannelDefaults
  readonly pingDefaults: PingDefaults
  /** The namespace of the controller, which alone may change the subscribers of a channel. */
  readonly systemNamespace: string
  /**
   * Reads a CESQL expression; throws an Error whose message says what is wrong with it ('' for no more than that it is wrong). Handed in, because
   * the language lives above this lib.
   */
  readonly parseCesql: (expression: string) => unknown
}

/** What is being done to an object of Eventing, and by whom. */
export type EventingContext<T extends KubeObject = KubeObject> = AdmissionContext<T, EventingAdmissionConfig>
