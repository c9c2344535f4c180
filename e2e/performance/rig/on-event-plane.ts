/** A broker with its log, somebody who posts to it and somebody who gets what it delivers: what every bench of events begins and ends with. */
import type { ToldTrigger } from '../../../apps/broker/src/testing/told.ts'
import { EventSink, EventSource } from './event-load.ts'
import { type EventPlane, startEventPlane } from './event-plane.ts'

export interface EventBench {
  readonly plane: EventPlane
  readonly source: EventSource
  readonly sink: EventSink
  /** Throws with what the broker has said where events were refused. */
  allTaken(refused: number): void
}

export interface OnEventPlane {
  readonly triggers: (sink: EventSink) => readonly ToldTrigger[]
  readonly main?: string | undefined
}

/** Runs a bench and ends the process: with 1, and the reason, when it throws. */
export async function onEventPlane({ triggers, main }: OnEventPlane, measure: (bench: EventBench) => Promise<void>): Promise<void> {
  let source: EventSource | undefined
  const sink = await new EventSink(() => source?.dueAt ?? []).open()
  const plane = await startEventPlane({ triggers: triggers(sink), main })
  source = new EventSource(plane.address)
  const allTaken = (refused: number): void => {
    if (refused > 0) throw new Error(`${refused} events were refused:\n${plane.role.output()}`)
  }
  try {
    await measure({ plane, source, sink, allTaken })
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  } finally {
    source.close()
    await plane.stop()
    await sink.close()
  }
  process.exit()
}
