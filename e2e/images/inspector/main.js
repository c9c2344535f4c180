/**
 * Tells what it sees: `/env/NAME` a variable, `/file?path=P` a file, `/most` the most requests that it had at a time, `/fetch?url=U` what is answered to
 * somebody inside. `?sleep=MS` takes that long. Its version and the request's `traceparent` are in every answer's headers.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

let now = 0
let most = 0

async function fetched(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) })
    return [200, `${answer.status} ${await answer.text()}`]
  } catch (error) {
    return [502, `${error.message} ${error.cause?.message ?? ''}`]
  }
}

async function answerTo({ pathname, searchParams }) {
  if (pathname.startsWith('/env/')) return [200, process.env[pathname.slice(5)] ?? '']
  if (pathname === '/most') return [200, String(most)]
  if (pathname === '/fetch') return fetched(searchParams.get('url') ?? '')
  if (pathname !== '/file') return [200, `${process.env.VERSION ?? 'none'}\n`]
  try {
    return [200, readFileSync(searchParams.get('path') ?? '', 'utf8')]
  } catch (error) {
    return [404, error.message]
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://inspector')
  most = Math.max(most, ++now)
  response.on('close', () => now--)
  const [status, text] = await answerTo(url)
  setTimeout(
    () => {
      response.writeHead(status, {
        'x-revision': process.env.K_REVISION ?? 'none',
        'x-pod': process.env.HOSTNAME ?? 'none',
        'x-traceparent': request.headers.traceparent ?? 'none'
      })
      response.end(text)
    },
    Number(url.searchParams.get('sleep') ?? 0)
  )
})
server.listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
