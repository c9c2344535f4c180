/** Writes the alert rules and dashboards of the chart; with `--check` only says whether they are up to date. */
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { root } from './tree.mjs'

const { ruleGroups } = await import('./observability/alerts.ts')
const { dashboards } = await import('./observability/dashboards.ts')
const { partNames } = await import('@knative-ts/api/system')
const files = Object.fromEntries(
  partNames.flatMap((part) => {
    const chart = `charts/knative-ts/charts/${part}`
    return [
      [`${chart}/alerts/${part}.yaml`, stringify(ruleGroups(part), { lineWidth: 0 })],
      ...Object.entries(dashboards(part)).map(([name, board]) => [`${chart}/dashboards/${name}`, `${JSON.stringify(board, null, 1)}\n`])
    ]
  })
)
const changed = Object.entries(files).filter(
  ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text
)
for (const [path, text] of changed) {
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what tools/generate/observability.mjs makes: run it and commit the result`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
