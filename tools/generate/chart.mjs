/** Writes what is generated of the charts: templates, schemas of values, profile. With `--check` only says whether all is what its source makes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './tree.mjs'

const chart = 'charts/knative-ts'
const serving = `${chart}/charts/serving`
/** Holds nothing but generated files; what lies beside it is written by hand. */
const templates = `${serving}/templates/gen`

/** Every generated file: its path from the root, and its text. */
export async function generate() {
  const { templateFiles } = await import('./chart/files.ts')
  const { servingSchema, umbrellaSchema } = await import('./chart/values-schema.ts')
  const { umbrellaProfile } = await import('./chart/production.ts')
  const { valuesPage } = await import('./chart/values-page.ts')
  const values = (folder) => readFileSync(join(root, folder, 'values.yaml'), 'utf8')
  const profile = readFileSync(join(root, serving, 'values-production.yaml'), 'utf8')
  return new Map([
    ...[...templateFiles()].map(([path, text]) => [`${templates}/${path}`, text]),
    [`${serving}/values.schema.json`, `${JSON.stringify(servingSchema(), null, 2)}\n`],
    [`${chart}/values.schema.json`, `${JSON.stringify(umbrellaSchema(), null, 2)}\n`],
    [`${chart}/values-production.yaml`, umbrellaProfile({ serving: profile })],
    ['docs/gen/values.md', valuesPage({ 'knative-ts': values(chart), serving: values(serving) })]
  ])
}

/** What helm makes of each profile; nothing where there is no helm, and the spec that compares says so. */
async function goldens() {
  const { goldenFolder, goldenOf, profiles } = await import('./chart/goldens.ts')
  const { helmObstacle } = await import('./chart/render.ts')
  const obstacle = helmObstacle()
  if (obstacle !== undefined) {
    console.error(`${goldenFolder} stays as it is: ${obstacle}`)
    return new Map()
  }
  return new Map(Object.entries(profiles).map(([name, profile]) => [`${goldenFolder}/${name}.golden.yaml`, goldenOf(profile)]))
}

/** What is there of them, and templates that nothing generates any more. */
function committed(fresh) {
  const old = existsSync(join(root, templates)) ? readdirSync(join(root, templates), { recursive: true, withFileTypes: true }) : []
  const there = old.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)))
  const paths = [...new Set([...there, ...fresh.keys()])].filter((path) => existsSync(join(root, path)))
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

if (process.argv[1] === import.meta.filename) {
  const fresh = await generate()
  const old = committed(fresh)
  const changed = [...new Set([...fresh.keys(), ...old.keys()])].filter((path) => fresh.get(path) !== old.get(path))
  if (process.argv.includes('--check')) {
    for (const path of changed) console.error(`${path} is not what tools/generate/chart.mjs makes: run it and commit the result`)
    process.exitCode = changed.length > 0 ? 1 : 0
  } else {
    for (const path of changed) write(path, fresh.get(path))
    // Rendered from what has just been written.
    for (const [path, text] of await goldens()) {
      if (!existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text) write(path, text)
    }
  }
}

/** Removes what has no text any more. */
function write(path, text) {
  if (text === undefined) rmSync(join(root, path))
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(path)
}
