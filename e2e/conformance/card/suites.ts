/** Suites outside e2e/conformance that show rules: by a rule's id in a title, or because a rule points to them. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../rig/root.ts'
import { idsIn, pointed } from './outcome.ts'
import type { Rule } from './rule.ts'

/** What was recorded of admission, on the pure functions. */
const replays = [
  'libs/api/src/admission/admission.differential.spec.ts',
  'libs/api/src/config/config.differential.spec.ts',
  'libs/api/src/admission/eventing/admission.differential.spec.ts',
  'libs/api/src/config/eventing/eventing-config.differential.spec.ts'
]

const outside = '{libs,apps,e2e}/**/*.spec.ts'

/** Their paths, from the root. */
export function suitesBeside(rules: readonly Rule[]): string[] {
  const naming = globSync(outside, { cwd: root, exclude: (name) => name.split('/').includes('node_modules') }).filter(
    (file) => !file.startsWith('e2e/conformance/') && idsIn(readFileSync(join(root, file), 'utf8')).length > 0
  )
  const pointedTo = rules.flatMap(({ by }) => by.map((pointer) => pointed(pointer).file))
  return [...new Set([...naming, ...pointedTo, ...replays])].toSorted()
}
