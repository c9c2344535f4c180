/** The guides are what they say: each of their commands works, in its order, on standalone. Needs kubectl and curl. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { usePlatform } from '../rig/platform.ts'
import { root } from '../rig/root.ts'

const platform = usePlatform('guides')
const LONGEST_MS = 300_000

/** Commands of a page, block by block. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')

/** What somebody sees who types it in a shell that gives up at the first failure. */
async function typed(block: string): Promise<string> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, KUBECONFIG: platform.kubeconfig }
  // The gateway of a test has a port of its own; who reads waits a minute, a slow machine longer.
  const text = block.replaceAll('localhost:8080', `localhost:${platform.gateway.port}`).replaceAll(/--timeout=\d+s/g, '--timeout=240s')
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', text], { env, timeout: LONGEST_MS })
  return stdout
}

/** What the answer of a command must be, by a part of its block. */
const answers: Readonly<Record<string, RegExp>> = {
  'value: shop': /^Hello shop!$/m,
  envFrom: /^Hello everybody!$/m,
  '--dry-run=server': /^refused, as it should be$/m,
  "latestReadyRevisionName}'=page-00002": /^Hello two!$/m,
  '"percent":90': /^(Hello (one|two)!\n?){10}$/m,
  'candidate-page': /^Hello two!\nHello one!$/m,
  "revisionName}'=page-00001": /^Hello one!$/m,
  'IngressReady=Unknown': /^page-00002 \d+\npage-00003 \d+$/m,
  'visibility=cluster-local': /^404$/m
}

describe.each(['deploy.md', 'routing.md'])('docs/%s', (page) => {
  it.each(blocksOf(page).map((block, index) => ({ index, block, first: block.split('\n')[0] ?? '' })))(
    'block $index: $first',
    async ({ block }) => {
      const said = await typed(block)
      for (const [part, answer] of Object.entries(answers)) if (block.includes(part)) expect(said).toMatch(answer)
      expect(said.length).toBeGreaterThan(0)
    },
    LONGEST_MS
  )
})
