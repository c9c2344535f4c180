/** Section 9.1: the HTTP calls that `kn` makes for each of its verbs about Serving, and what it relies on in the answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { type Answered, Player, type Transcript, type TranscriptStep } from './transcript.ts'

const platform = usePlatform('kn')
const transcripts = parse(readFileSync(join(root, 'e2e/conformance/kn/transcripts.yaml'), 'utf8')) as readonly Transcript[]
const VERB_MS = 300_000
const PAUSE_MS = 500
let player: Player

beforeAll(() => {
  player = new Player(platform.client, platform.namespace, imageOf('echo'))
})

it.each(transcripts.map(({ rules, verb, steps }) => ({ title: `${rules} ${verb}`, steps })))(
  '$title',
  async ({ steps }) => {
    for (const step of steps) await expectStep(player.filled(step))
  },
  VERB_MS
)

async function expectStep(step: TranscriptStep): Promise<void> {
  if (step.watch !== undefined) return void expect((await player.ready(step.watch, step.from)).metadata.name).toBe(step.watch)
  if (step.delete !== undefined) return player.gone(step.delete)
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
