/** Writes what is generated of the charts: templates, schemas of values, profile. With `--check` only says whether all is what its source makes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './tree.mjs'

/** Of each subchart: holds nothing but generated files; what lies beside it is written by hand. */
const generated = (folder) => `${folder}/templates/gen`

/** Every generated file: its path from the root, and its text. */
export async function generate() {
  const { templateFiles } = await import('./chart/files.ts')
  const { subcharts, umbrella } = await import('./chart/subcharts.ts')
  const { partSchema, umbrellaSchema } = await import('./chart/values-schema.ts')
  const { umbrellaProfile } = await import('./chart/production.ts')
  const { valuesPage } = await import('./chart/values-page.ts')
  const read = (folder, name) => readFileSync(join(root, folder, name), 'utf8')
  const each = (ofPart) => Object.fromEntries(Object.values(subcharts).map((chart) => [chart.part, ofPart(chart)]))
  return new Map([
    ...Object.values(subcharts).flatMap((chart) => [
      ...[...templateFiles(chart)].map(([path, text]) => [`${generated(chart.folder)}/${path}`, text]),
      [`${chart.folder}/values.schema.json`, `${JSON.stringify(partSchema(chart), null, 2)}\n`]
    ]),
    [`${umbrella}/values.schema.json`, `${JSON.stringify(umbrellaSchema(), null, 2)}\n`],
    [`${umbrella}/values-production.yaml`, umbrellaProfile(each(({ folder }) => read(folder, 'values-production.yaml')))],
    [
      'docs/gen/values.md',
      valuesPage({ 'knative-ts': read(umbrella, 'values.yaml'), ...each(({ folder }) => read(folder, 'values.yaml')) })
    ]
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
async function committed(fresh) {
  const { subcharts } = await import('./chart/subcharts.ts')
  const folders = Object.values(subcharts).map(({ folder }) => join(root, generated(folder)))
  const old = folders.filter(existsSync).flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  const there = old.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)))
  const paths = [...new Set([...there, ...fresh.keys()])].filter((path) => existsSync(join(root, path)))
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

if (process.argv[1] === import.meta.filename) {
  const fresh = await generate()
  const old = await committed(fresh)
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
