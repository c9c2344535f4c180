/**
 * `node e2e/kubectl/record.ts KUBECONFIG [CHAPTER...]`: plays the transcripts with the kubectl in PATH against a real cluster and writes what it
 * said to `recorded/`. Each chapter is played twice; a line that is not told alike each time is named, and nothing is written until it is mended.
 * The cluster needs the image `dev.local/greeter:v1` (`image/make`).
 */
import { tmpdir } from 'node:os'
import { chapters } from './chapters/index.ts'
import { kubectl } from './kubectl.ts'
import { play } from './play.ts'
import { clientVersion, writeRecording } from './recordings.ts'
import { transcriptOf } from './transcript.ts'

const TIMES = 2

const [kubeconfig, ...named] = process.argv.slice(2)
if (kubeconfig === undefined) {
  console.error('usage: node e2e/kubectl/record.ts KUBECONFIG [CHAPTER...]')
  process.exit(2)
}
const { stdout } = await kubectl({ kubeconfig, directory: tmpdir() }, { run: 'version -o json' })
const server = (JSON.parse(stdout) as { serverVersion: { gitVersion: string } }).serverVersion.gitVersion
const client = await clientVersion()
const wanted = chapters.filter(({ name }) => named.length === 0 || named.includes(name))
await Promise.all(
  wanted.map(async (chapter) => {
    const times: string[][] = []
    while (times.length < TIMES) {
      const transcripts: string[] = []
      await play(kubeconfig, chapter, (index, outcome) => {
        const line = chapter.lines[index]
        if (line !== undefined) transcripts.push(transcriptOf(line, outcome))
      })
      times.push(transcripts)
    }
    const [first = [], second = []] = times
    const races = first.flatMap((transcript, index) => (transcript === second[index] ? [] : [{ transcript, again: second[index] }]))
    for (const { transcript, again } of races) console.error(`${transcript}\n--- and the next time:\n${again}\n`)
    const unending = first.filter((transcript) => transcript.endsWith('= unending'))
    for (const transcript of unending) console.error(`${transcript}\n--- was killed\n`)
    const mended = races.length + unending.length === 0
    if (mended) await writeRecording(client, chapter, server, first)
    else process.exitCode = 1
    console.log(`${chapter.name}: ${first.length} lines${mended ? ` of ${server} by kubectl ${client}` : ', not written'}`)
  })
)
