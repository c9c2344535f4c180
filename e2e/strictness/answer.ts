import type { UpstreamOutcome } from '../../libs/proxy/src/strictness/memory-upstream.ts'
import { byName, type Field, fieldOf } from './judgement.ts'

/** What an upstream answers, as bytes. */
export interface GivenAnswer {
  readonly bytes: Buffer
  /** The request was HEAD. */
  readonly isHead: boolean
  readonly hangsUp: boolean
}

/** What a client's parser makes of it. Field names are lower case; bytes are latin1 characters. */
export interface ReadAnswer {
  readonly status: number
  readonly fields: readonly Field[]
  readonly body: string
  readonly trailers: readonly Field[]
  readonly interim: readonly number[]
  /** It has come to its end. */
  readonly whole: boolean
  readonly refused: boolean
  readonly why: string
}

/** In what we are more lenient than a judge, or of another opinion, about an answer that we take for whole; undefined when we are neither. */
export function answerDisagreement(own: UpstreamOutcome, judge: ReadAnswer): string | undefined {
  if (!own.ends.includes('whole')) return undefined
  if (!judge.whole) return judge.refused ? `refuses it: ${judge.why}` : `sees no end: ${judge.why}`
  const ours = {
    status: own.status,
    fields: ofMessage(own.fields.map(fieldOf)),
    body: own.body,
    trailers: byName(own.trailers.map(fieldOf)),
    interim: own.interim.map(([status]) => Number(status))
  }
  const { status, fields, body, trailers, interim } = judge
  const theirs = { status, fields: ofMessage(fields), body, trailers: byName(trailers), interim }
  return JSON.stringify(ours) === JSON.stringify(theirs) ? undefined : `sees ${JSON.stringify(theirs)} for ${JSON.stringify(ours)}`
}

/** Go takes `Connection: close` out of the fields. */
function ofMessage(fields: readonly Field[]): Record<string, string[]> {
  return byName(fields.filter(([name]) => name !== 'connection'))
}
