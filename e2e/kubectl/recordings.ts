/** Where the recorded transcripts are: a folder for each minor version of kubectl, whose words change from one to the next. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectl } from './kubectl.ts'
import type { Chapter } from './line.ts'
import { fileOf, transcriptsOf } from './transcript.ts'

const folder = join(import.meta.dirname, 'recorded')
const pathOf = (client: string, { name }: Chapter) => join(folder, client, `${name}.recorded.txt`)

/** The minor version of the machine's kubectl, such as `1.34`. */
export async function clientVersion(): Promise<string> {
  const { stdout } = await kubectl({ kubeconfig: '/dev/null', directory: tmpdir() }, { run: 'version --client -o json' })
  const { clientVersion: version } = JSON.parse(stdout) as { clientVersion: { major: string; minor: string } }
  return `${version.major}.${version.minor.replace('+', '')}`
}

/** Writes what a server of version `server` said to a chapter. */
export async function writeRecording(client: string, chapter: Chapter, server: string, transcripts: readonly string[]): Promise<void> {
  await mkdir(join(folder, client), { recursive: true })
  await writeFile(pathOf(client, chapter), fileOf(server, transcripts))
}

/** The recorded transcript of each line of a chapter. Rejects when the chapter was not recorded as it stands, or not with this kubectl. */
export async function readRecording(client: string, chapter: Chapter): Promise<string[]> {
  const versions = await readdir(folder)
  if (!versions.includes(client))
    throw new Error(`kubectl in PATH is ${client}: put one of ${versions.join(', ')} there, or record with it: e2e/kubectl/record.ts`)
  const recorded = transcriptsOf(await readFile(pathOf(client, chapter), 'utf8'))
  const commands = recorded.map((transcript) => transcript.split('\n', 1)[0])
  const wanted = chapter.lines.map(({ run }) => `$ kubectl ${run}`)
  const changed = wanted.findIndex((command, index) => command !== commands[index])
  if (changed >= 0 || commands.length !== wanted.length)
    throw new Error(`chapter ${chapter.name} was not recorded as it stands (${wanted[changed] ?? 'its end'}): node e2e/kubectl/record.ts`)
  return recorded
}
