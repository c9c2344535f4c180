/** `node libs/wire/src/recorded/record.ts FILE`: writes what this version's messages are. Started by `tools/generate/wire.mjs --record`. */
import { writeFileSync } from 'node:fs'
import { messageCodecs } from './message-codecs.ts'
import { plainOf, type RecordedMessage } from './recorded-message.ts'
import { type MessageName, sampleMessages } from './sample-messages.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: record.ts FILE')
const recorded = (Object.keys(sampleMessages) as MessageName[]).map((message): RecordedMessage => {
  const sample = sampleMessages[message]
  return { message, says: plainOf(sample), base64: Buffer.from(messageCodecs[message].encode(sample as never).finish()).toString('base64') }
})
writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`)
