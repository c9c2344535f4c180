/** kubectl says of standalone what it says of a real Kubernetes 1.34: every line of the transcripts, or the difference is listed with its reason. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../rig/embedded-cluster.ts'
import { until } from '../rig/until.ts'
import { chapters } from './chapters/index.ts'
import { kubectl } from './kubectl.ts'
import type { Chapter } from './line.ts'
import { knownDifferences } from './known-differences.ts'
import { play } from './play.ts'
import { clientVersion, readRecording } from './recordings.ts'
import { transcriptOf } from './transcript.ts'

const CHAPTER_MS = 600_000
const START_MS = 120_000

const client = await clientVersion()
const suites = await Promise.all(
  chapters.map(async (chapter) => {
    const recorded = await readRecording(client, chapter)
    return {
      chapter,
      name: chapter.name,
      rows: chapter.lines.map((line, index) => ({
        index,
        line,
        title: `${index + 1}. kubectl ${line.run.slice(0, 110)}`,
        recorded: recorded[index],
        reason: knownDifferences[`${chapter.name}: ${line.run}`]
      }))
    }
  })
)
let cluster: Cluster
const told = new Map<string, Promise<string[]>>()

/** Plays a chapter once `before` is over; its tests tell what failed. */
function begin(chapter: Chapter, before: unknown): Promise<unknown> {
  const transcripts: string[] = []
  const played = Promise.resolve(before)
    .then(() =>
      play(cluster.kubeconfig, chapter, (index, outcome) => {
        const line = chapter.lines[index]
        if (line !== undefined) transcripts[index] = transcriptOf(line, outcome)
      })
    )
    .then(() => transcripts)
  told.set(chapter.name, played)
  // Whoever waits for the turn only: the chapter's own tests await `told`.
  return played.catch(() => undefined)
}

beforeAll(async () => {
  cluster = await startCluster()
  // Most of what chapters do is wait for pods.
  const together = chapters.filter(({ alone }) => !alone).map((chapter) => begin(chapter, undefined))
  let before: Promise<unknown> = Promise.allSettled(together)
  for (const chapter of chapters.filter(({ alone }) => alone)) before = begin(chapter, before)
}, START_MS)
afterAll(async () => {
  await Promise.allSettled(told.values())
  const defects = cluster.defects()
  await cluster.close()
  expect(defects).toEqual([])
}, CHAPTER_MS + START_MS)

describe.each(suites)('kubectl, $name', ({ name, rows }) => {
  let transcripts: readonly string[] = []
  beforeAll(async () => {
    transcripts = (await told.get(name)) ?? []
  }, CHAPTER_MS)

  it.each(rows.filter(({ reason }) => reason === undefined))('$title', ({ index, recorded }) => {
    expect(transcripts[index]).toBe(recorded)
  })
  const different = rows.filter(({ reason }) => reason !== undefined)
  if (different.length > 0)
    it.each(different)('$title: still differs, as listed', ({ index, recorded }) => {
      expect(transcripts[index]).not.toBe(recorded)
    })
})

describe('kubectl top, for which the recorded cluster has no metrics', () => {
  const top = async (what: string) => kubectl({ kubeconfig: cluster.kubeconfig, directory: cluster.directory }, { run: `top ${what}` })

  it('tells what the node uses', async () => {
    const { stdout } = await until('metrics of the node', async () => {
      const told = await top('node')
      return told.code === 0 && told
    })
    expect(stdout).toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\nhere +\d+m +\d+% +\d+Mi +\d+% *\n$/)
  })
  it('tells what a pod uses, and each container of it', async () => {
    const shell = { kubeconfig: cluster.kubeconfig, directory: cluster.directory }
    await kubectl(shell, { run: 'run used --image=dev.local/greeter:v1' })
    await until('metrics of the pod', async () => (await top('pod used')).code === 0)
    expect((await top('pod used --containers')).stdout).toMatch(/^POD +NAME +CPU\(cores\) +MEMORY\(bytes\) *\nused +used +\d+m +\d+Mi *\n$/)
    await kubectl(shell, { run: 'delete pod used --now' })
  })
  it('fails for a pod that is not there', async () => {
    expect(await top('pod nothing')).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): pods "nothing" not found\n'
    })
  })
})

describe('the list of known differences', () => {
  it('names only lines that there are', () => {
    const lines = new Set(chapters.flatMap(({ name, lines: all }) => all.map(({ run }) => `${name}: ${run}`)))
    expect(Object.keys(knownDifferences).filter((key) => !lines.has(key))).toEqual([])
  })
})
