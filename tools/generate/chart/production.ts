/** The production profile of the whole platform: that of each part, one step further in. */

const header =
  '# Three of each role, spread over zones and nodes, with room to grow. Generated from charts/*/values-production.yaml by tools/generate/chart.mjs.\n'

/** `profiles`: text of values-production.yaml by part. */
export function umbrellaProfile(profiles: Readonly<Record<string, string>>): string {
  const parts = Object.entries(profiles).map(([part, text]) => {
    const inner = text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))
    return `${part}:\n${inner.join('\n')}`
  })
  return header + parts.join('')
}
