/** Each key of each ConfigMap is changed in some test, or docs/configuration.md says why a change has no effect. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { allConfigKeys } from '../../../libs/api/src/config/keys/all-keys.ts'
import { root } from '../tree.mjs'

const controller = 'apps/controller/src/settings/live-settings.spec.ts'
const webhook = 'apps/webhook/src/live-settings.spec.ts'
const autoscaler = 'apps/autoscaler/src/pod-autoscaler/live-decisions.spec.ts'
const process = 'apps/controller/src/telemetry/process.component.spec.ts'
const text = new Map([controller, webhook, autoscaler, process].map((path) => [path, readFileSync(join(root, path), 'utf8')]))

/** Where a key is not found by its own name. */
const otherwise: Readonly<Record<string, readonly [path: string, text: string]>> = {
  '<domain>': [controller, "config: 'config-domain'"],
  'loglevel.<role>': [process, "'loglevel.controller'"],
  'mesh-compatibility-mode': ['apps/autoscaler/src/metrics/scrape-loop.spec.ts', 'mesh']
}
/** In tables that name the parts. */
const inParts = (key: string): string =>
  key
    .replace(/^kubernetes\.podspec-(.+)$/, "'$1'")
    .replace(/^queue-sidecar-(cpu|memory|ephemeral-storage)-(request|limit)$/, "sidecar('$1', '$2'")

const rows = allConfigKeys.flatMap(({ name, keys }) =>
  keys.filter(({ takes }) => takes === 'now' || takes === 'new').map(({ key }) => [`config-${name} ${key}`, key] as const)
)

describe('a change', () => {
  it.each(rows)('of %s is shown by a test', (_, key) => {
    const [path, words] = otherwise[key] ?? []
    if (path !== undefined) return expect(readFileSync(join(root, path), 'utf8')).toContain(words)
    const shown = [...text].filter(([, source]) => source.includes(`'${key}'`) || source.includes(inParts(key)))
    return expect(shown.map(([file]) => file)).not.toEqual([])
  })
})
