/** `node e2e/kubectl/main.ts KUBECONFIG [CHAPTER...]`: the transcripts against a running cluster; tells each line that is not as recorded. */
import { chapters } from './chapters/index.ts'
import type { Chapter } from './line.ts'
import { play } from './play.ts'
import { clientVersion, readRecording } from './recordings.ts'
import { transcriptOf } from './transcript.ts'

const [kubeconfig, ...named] = process.argv.slice(2)
if (kubeconfig === undefined) {
  console.error('usage: node e2e/kubectl/main.ts KUBECONFIG [CHAPTER...]')
  process.exit(2)
}
const client = await clientVersion()
let same = 0
let different = 0
async function compare(chapter: Chapter): Promise<void> {
  const recorded = await readRecording(client, chapter)
  await play(kubeconfig ?? '', chapter, (index, outcome) => {
    const line = chapter.lines[index]
    if (line === undefined) return
    const told = transcriptOf(line, outcome)
    if (told === recorded[index]) return void same++
    different++
    console.log(`--- ${chapter.name}, recorded:\n${recorded[index]}\n--- here:\n${told}\n`)
  })
}
const wanted = chapters.filter(({ name }) => named.length === 0 || named.includes(name))
await Promise.all(wanted.filter(({ alone }) => !alone).map(compare))
for (const chapter of wanted.filter(({ alone }) => alone)) await compare(chapter)
console.log(`${same} same, ${different} different`)
process.exitCode = different === 0 ? 0 : 1
