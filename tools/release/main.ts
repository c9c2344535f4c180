/** `npm run release`: see {@link usage}. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../build/freshness.mjs'
import { ImagesError } from '../images/failure.ts'
import { released } from './changelog.ts'
import { ReleaseError } from './failure.ts'
import { parseOptions, usage } from './options.ts'
import { release } from './release.ts'
import { versionOf, writeVersion } from './versions.ts'

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ReleaseError || error instanceof ImagesError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, versionOf(root))
  if (options.help) return console.log(usage)
  if (options.prepare !== undefined) return prepare(options.prepare)
  const files = await release(root, options, console.log)
  console.log(`\n${options.out}:\n${files.map((file) => `  ${file}`).join('\n')}`)
  if (options.dryRun) console.log('\nA dry run: nothing was pushed, nothing was tagged.')
}

function prepare(version: string): void {
  const file = join(root, 'CHANGELOG.md')
  const changelog = released(readFileSync(file, 'utf8'), version, new Date().toISOString().slice(0, 10))
  for (const changed of new Set(writeVersion(root, version))) console.log(changed)
  writeFileSync(file, changelog)
  console.log(`CHANGELOG.md\nNow: npm run generate && npm run check, and commit "Release ${version}".`)
}
