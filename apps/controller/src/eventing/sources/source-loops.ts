import type { EventingLoop, EventingWorld } from '../eventing-world.ts'

/** The reconcilers of sources. */
export function sourceLoops(_world: EventingWorld): readonly EventingLoop[] {
  return []
}
