/** What helm makes of each profile, committed so that a change of a template shows what it changes. Without CRDs, which another test compares. */
import { parseAllDocuments } from 'yaml'
import { renderText, umbrella, type Rendering } from './render.ts'

/** Profiles by name of their golden. */
export const profiles: Readonly<Record<string, Rendering>> = {
  default: {},
  production: { values: [`${umbrella}/values-production.yaml`] },
  everything: { values: ['tools/generate/chart/everything.values.yaml'] }
}

export const goldenFolder = 'tools/generate/chart/golden'

/** Text of the golden of a profile. */
export function goldenOf(profile: Rendering): string {
  const documents = renderText(profile).split(/^---$/m)
  const kept = documents.filter(
    (text) => !text.includes('\nkind: CustomResourceDefinition\n') && parseAllDocuments(text).some(({ contents }) => contents !== null)
  )
  return kept.map((text) => `---${text.trimEnd()}\n`).join('')
}
