/** The production profile of the whole platform: that of each part, one step further in. */

const header =
  '# Three of each role, spread over zones and nodes, with room to grow. Generated from charts/*/values-production.yaml by tools/generate/chart.mjs.\n'

/** Parts that cannot go into production as they come, and why: who wants them says so. */
const left: Readonly<Record<string, string>> = {
  eventing: 'Its embedded log has a single writer. To enable Eventing here, set channels.adapter to log.'
}

/** `profiles`: text of values-production.yaml by part. */
export function umbrellaProfile(profiles: Readonly<Record<string, string>>): string {
  const parts = Object.entries(profiles).map(([part, text]) => {
    const inner = text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))
    const why = left[part]
    return `${part}:\n${why === undefined ? '' : `  # ${why}\n  enabled: false\n`}${inner.join('\n')}`
  })
  return header + parts.join('')
}
