/**
 * A subscriber that keeps what it got, for tests to look at. What it answers is said by variables:
 * ANSWER_STATUS (200), FAIL_FIRST (of each event that many attempts get FAIL_STATUS, 503), DELAY_MS (0),
 * REPLY_TYPE (answers with an event of that type), APPEND (to the text of its data), WHEN (a reply only to data that contains it).
 */
import { createServer } from 'node:http'

const { ANSWER_STATUS = '200', FAIL_FIRST = '0', FAIL_STATUS = '503', DELAY_MS = '0', REPLY_TYPE, APPEND = '', WHEN = '' } = process.env
const received = []
const attempts = new Map()

async function take(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { headers, url } = request
  const id = headers['ce-id'] ?? ''
  const attempt = (attempts.get(id) ?? 0) + 1
  attempts.set(id, attempt)
  received.push({ at: Date.now(), url, headers, body: body.toString('base64'), attempt })
  await new Promise((resolve) => setTimeout(resolve, Number(DELAY_MS)))
  if (attempt <= Number(FAIL_FIRST)) return response.writeHead(Number(FAIL_STATUS)).end('not yet')
  if (REPLY_TYPE === undefined || !body.includes(WHEN))
    return response.writeHead(Number(ANSWER_STATUS)).end(Number(ANSWER_STATUS) < 300 ? '' : 'no')
  response.writeHead(200, {
    'content-type': headers['content-type'] ?? 'text/plain',
    'ce-specversion': '1.0',
    'ce-type': REPLY_TYPE,
    'ce-source': 'recorder',
    'ce-id': `${id}-reply`
  })
  response.end(Buffer.concat([body, Buffer.from(APPEND)]))
}

createServer((request, response) => {
  if (request.method === 'GET') return response.setHeader('content-type', 'application/json').end(JSON.stringify(received))
  take(request, response).catch((error) => response.writeHead(500).end(String(error)))
}).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
