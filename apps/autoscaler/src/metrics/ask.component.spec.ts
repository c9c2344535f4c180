import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { createAskService, RefusedError } from './ask.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** What one says who is asked for statistics and answers so. */
async function asked(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  await once(server, 'listening')
  return createAskService()(`127.0.0.1:${(server.address() as AddressInfo).port}`).catch((error: unknown) => error)
}

it.each<readonly [string, RequestListener, Error | string]>([
  // Field 1 as text of 100 bytes, which are not there.
  ['what is no statistics', (_, response) => void response.end(Buffer.from([0x0a, 100])), 'the answer is no statistics'],
  ['another status', (_, response) => void response.writeHead(503).end(), new RefusedError(503)],
  [
    'half an answer',
    (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('12', () => response.destroy()),
    'aborted'
  ]
])('somebody in the place of a pod who gives %s is an error of that question', async (_what, answer, error) => {
  expect(await asked(answer)).toMatchObject(typeof error === 'string' ? { message: error } : error)
})
