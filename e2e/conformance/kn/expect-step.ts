import { expect } from '@jest/globals'
import type { Answered, Player, TranscriptStep } from './transcript.ts'

const PAUSE_MS = 500

/** Plays a step and fails with what its answer lacks. */
export async function expectStep(player: Player, step: TranscriptStep): Promise<void> {
  if (step.watch !== undefined)
    return void expect((await player.ready(step.watch, step.from, step.resource)).metadata.name).toBe(step.watch)
  if (step.delete !== undefined) return player.gone(step.delete, step.resource)
  for (let left = (step.tries ?? 1) - 1; left > 0; left--) {
    const problem = problemOf(step, await player.send(step))
    if (problem === undefined) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  const problem = problemOf(step, await player.send(step))
  if (problem !== undefined) throw problem
}

/** What an answer lacks of what a step says. */
function problemOf({ call, status, like, items }: TranscriptStep, answered: Answered): unknown {
  try {
    expect([call, answered.status, answered.status === status ? '' : answered.object]).toEqual([call, status, ''])
    if (like !== undefined) expect(answered.object).toMatchObject(like)
    const list = answered.object as { readonly items?: readonly { readonly metadata: { readonly name: string } }[] }
    if (items !== undefined) expect(list.items?.map(({ metadata }) => metadata.name).sort()).toEqual([...items])
    return undefined
  } catch (problem) {
    return problem
  }
}
