import { disagreement, type Judgement, type OwnJudgement } from './judgement.ts'
import { type Exception, exceptions } from './exceptions.ts'
import { judgeByGo } from './go-judge.ts'
import { NodeJudge } from './node-judge.ts'
import { OwnJudge } from './own-judge.ts'

/** In what we are more lenient than a judge, or see something else, with all that is needed to look into it. */
export interface Difference {
  readonly judge: 'node' | 'go'
  readonly message: string
  readonly what: string
  readonly own: OwnJudgement
  readonly exception: Exception | undefined
}

/** Messages under way at one time: each is a connection. */
const atOnce = 64

/** Gives each message to the three, and lists the differences that matter. */
export async function compare(goProgram: string, messages: readonly string[], signal: AbortSignal): Promise<Difference[]> {
  const all = messages.map((message) => Buffer.from(message, 'latin1'))
  const nodeJudge = new NodeJudge()
  const ownJudge = new OwnJudge()
  await ownJudge.start()
  try {
    const byGo = judgeByGo(goProgram, all, signal)
    const byNode = await inBatches(all, (message) => nodeJudge.of(message))
    const byUs = await inBatches(all, (message) => ownJudge.of(message))
    const judgements = { node: byNode, go: await byGo }
    return messages.flatMap((message, index) =>
      (['node', 'go'] as const).flatMap((judge) => {
        const own = byUs[index] as OwnJudgement
        const judgement = judgements[judge][index] as Judgement
        const what = disagreement(own, judgement)
        if (what === undefined) return []
        const exception = exceptions.find((one) => one.judge === judge && one.covers(message, own, judgement))
        return [{ judge, message, what, own, exception }]
      })
    )
  } finally {
    nodeJudge.close()
    await ownJudge.close()
  }
}

/** What a judge makes of each message, in their order. */
export async function inBatches<T>(messages: readonly Buffer[], judge: (message: Buffer) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let at = 0; at < messages.length; at += atOnce) results.push(...(await Promise.all(messages.slice(at, at + atOnce).map(judge))))
  return results
}
