/** Section E11.1: the HTTP calls that `kn` makes for each of its verbs about Eventing, and what it relies on in the answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, it } from '@jest/globals'
import { parse } from 'yaml'
import { eventingUser } from '../../rig/eventing-user.ts'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { root } from '../../rig/root.ts'
import { expectStep } from './expect-step.ts'
import { Player, type Transcript } from './transcript.ts'

const platform = usePlatform('kn-eventing', { eventing: true })
const transcripts = parse(readFileSync(join(root, 'e2e/conformance/kn/eventing.transcripts.yaml'), 'utf8')) as readonly Transcript[]
const VERB_MS = 300_000
let player: Player

beforeAll(async () => {
  player = new Player(platform.client, platform.namespace, imageOf('recorder'))
  await eventingUser(platform.client, platform.namespace).recorder('sink')
}, VERB_MS)

it.each(transcripts.map(({ rules, verb, steps }) => ({ title: `${rules} ${verb}`, steps })))(
  '$title',
  async ({ steps }) => {
    for (const step of steps) await expectStep(player, player.filled(step))
  },
  VERB_MS
)
