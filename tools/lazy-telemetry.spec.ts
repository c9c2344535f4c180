/** What costs tens of MB is loaded when a configuration asks for it: nothing that a role imports at its start leads to OpenTelemetry or the inspector. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const scope = '@knative-ts/'
const heavy = /^(@opentelemetry\/|node:inspector|pprof-format)/

/** Modules that a file imports when it is loaded: no types, no `import()`. */
function staticImports(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"\n;={]*(?:\{([^}]*)\})?\s*from\s*)?'([^']+)'/gm)
  return [...statements].flatMap(([, listed, target = '']) => {
    const members = listed?.split(',').map((name) => name.trim())
    return members?.every((name) => name === '' || name.startsWith('type ')) === true ? [] : [target]
  })
}

const require = createRequire(import.meta.url)

/** The file of a workspace package's entry. */
const entryOf = (target: string): string => realpathSync(require.resolve(target))

/** Every heavy module that `file` leads to, with the file that names it. */
function heavyBehind(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !existsSync(file)) return []
  seen.add(file)
  return staticImports(file).flatMap((target) => {
    if (heavy.test(target)) return [`${file.slice(root.length + 1)}: ${target}`]
    if (target.startsWith('.')) return heavyBehind(join(dirname(file), target), seen)
    return target.startsWith(scope) ? heavyBehind(entryOf(target), seen) : []
  })
}

it.each(['controller', 'webhook', 'autoscaler', 'activator', 'gateway', 'queue-proxy'])('%s starts without them', (role) => {
  expect(heavyBehind(join(root, 'apps', role, 'src/main.ts'))).toEqual([])
})

it('finds what is imported: the metrics of roles lead to OpenTelemetry, profiles to the inspector', () => {
  expect(heavyBehind(entryOf('@knative-ts/telemetry/role-metrics'))).toContain(
    'libs/telemetry/src/metrics/metrics.ts: @opentelemetry/sdk-metrics'
  )
  expect(heavyBehind(entryOf('@knative-ts/telemetry/profiles'))).toEqual([
    'libs/telemetry/src/profiling/profiles.ts: node:inspector/promises'
  ])
})
