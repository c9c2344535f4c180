import { brokerLoop } from './broker/broker.loop.ts'
import { channelLoop } from './channel/channel.loop.ts'
import { eventTypeLoop } from './event-type/event-type.loop.ts'
import { flowLoops } from './flow/flow-loops.ts'
import { inMemoryChannelLoop } from './in-memory-channel/in-memory-channel.loop.ts'
import { jobSinkLoop } from './job-sink/job-sink.loop.ts'
import { subscriptionLoop } from './subscription/subscription.loop.ts'
import { sugarLoops } from './sugar/sugar-loops.ts'
import { triggerLoop } from './trigger/trigger.loop.ts'
import type { EventingLoop, EventingWorld } from './eventing-world.ts'

/** The reconcilers of Brokers, channels, flows and what belongs to them. */
export function coreLoops(world: EventingWorld): readonly EventingLoop[] {
  return [
    brokerLoop(world),
    triggerLoop(world),
    channelLoop(world),
    inMemoryChannelLoop(world),
    subscriptionLoop(world),
    ...flowLoops(world),
    eventTypeLoop(world),
    jobSinkLoop(world),
    ...sugarLoops(world)
  ]
}
