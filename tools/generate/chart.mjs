/** Writes the chart's generated templates; with `--check` only says whether they are what the objects of libs/api make. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './tree.mjs'

/** Generated files live in folders of their own; everything else in the chart is written by hand. */
const templates = 'charts/knative-ts/charts/serving/templates/gen'

/** Every generated file: its path from the root, and its text. */
export async function generate() {
  const { templateFiles } = await import('./chart/files.ts')
  return new Map([...templateFiles()].map(([path, text]) => [`${templates}/${path}`, text]))
}

function committed() {
  const folder = join(root, templates)
  mkdirSync(folder, { recursive: true })
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((entry) => [relative(root, join(entry.parentPath, entry.name)), readFileSync(join(entry.parentPath, entry.name), 'utf8')])
  )
}

if (process.argv[1] === import.meta.filename) {
  const [fresh, old] = [await generate(), committed()]
  const changed = [...new Set([...fresh.keys(), ...old.keys()])].filter((path) => fresh.get(path) !== old.get(path))
  if (process.argv.includes('--check')) {
    for (const path of changed) console.error(`${path} is not what tools/generate/chart.mjs makes: run it and commit the result`)
    process.exitCode = changed.length > 0 ? 1 : 0
  } else {
    for (const path of changed) {
      const text = fresh.get(path)
      if (text === undefined) rmSync(join(root, path))
      else {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      console.log(path)
    }
  }
}
