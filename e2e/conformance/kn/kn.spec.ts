/** Section 9.1: the HTTP calls that `kn` makes for each of its verbs about Serving, and what it relies on in the answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, it } from '@jest/globals'
import { parse } from 'yaml'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { expectStep } from './expect-step.ts'
import { Player, type Transcript } from './transcript.ts'

const platform = usePlatform('kn')
const transcripts = parse(readFileSync(join(root, 'e2e/conformance/kn/transcripts.yaml'), 'utf8')) as readonly Transcript[]
const VERB_MS = 300_000
let player: Player

beforeAll(() => {
  player = new Player(platform.client, platform.namespace, imageOf('echo'))
})

it.each(transcripts.map(({ rules, verb, steps }) => ({ title: `${rules} ${verb}`, steps })))(
  '$title',
  async ({ steps }) => {
    for (const step of steps) await expectStep(player, player.filled(step))
  },
  VERB_MS
)
