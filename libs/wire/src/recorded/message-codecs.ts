import { eventRouting, routing, stats } from '../index.ts'
import type { MessageName } from './sample-messages.ts'

/** How this version reads and writes a kind of message. */
export interface MessageCodec {
  readonly decode: (bytes: Uint8Array) => object
  readonly encode: (message: never) => { finish(): Uint8Array }
}

export const messageCodecs: Readonly<Record<MessageName, MessageCodec>> = {
  'knative.autoscaling.v1.WireStatMessages': stats.WireStatMessages,
  'knative.autoscaling.v1.Stat': stats.Stat,
  'knative.autoscaling.v1.StatReceipt': stats.StatReceipt,
  'knative.routing.v1.GatewayReport': routing.GatewayReport,
  'knative.routing.v1.RoutingUpdate': routing.RoutingUpdate,
  'knative.routing.v1.GatewayStates': routing.GatewayStates,
  'knative.routing.v1.GatewayStatesReceipt': routing.GatewayStatesReceipt,
  'knative.eventing.v1.DataPlaneReport': eventRouting.DataPlaneReport,
  'knative.eventing.v1.EventRoutingUpdate': eventRouting.EventRoutingUpdate,
  'knative.eventing.v1.DataPlaneStates': eventRouting.DataPlaneStates,
  'knative.eventing.v1.DataPlaneStatesReceipt': eventRouting.DataPlaneStatesReceipt
}
