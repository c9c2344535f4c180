/**
 * Tells what it sees: `/env/NAME` a variable, `/file?path=P` a file, `/most` the most requests that it had at a time, `/fetch?url=U` what is answered to
 * somebody inside, `/stat?path=P` what kind of file is there, `/self` who and where it is, `/stdin` what is to be read there. `?sleep=MS` takes that long. Its version and the request's `traceparent` are in every answer's headers.
 */
import { lstatSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
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

/** Mode in octal and kind of a file, through links. */
function told(path) {
  const { mode } = statSync(path)
  const kinds = { 0o020000: 'characters', 0o040000: 'directory', 0o100000: 'file', 0o010000: 'pipe', 0o140000: 'socket' }
  return JSON.stringify({
    mode: (mode & 0o7777).toString(8),
    kind: kinds[mode & 0o170000] ?? 'other',
    link: lstatSync(path).isSymbolicLink()
  })
}

const self = () => JSON.stringify({ uid: process.getuid(), gid: process.getgid(), cwd: process.cwd(), args: process.argv.slice(2) })

/** What reading there gives, or why nothing does. */
function attempted(attempt) {
  try {
    return [200, attempt()]
  } catch (error) {
    return [404, error.message]
  }
}

async function answerTo({ pathname, searchParams }) {
  if (pathname.startsWith('/env/')) return [200, process.env[pathname.slice(5)] ?? '']
  if (pathname === '/most') return [200, String(most)]
  if (pathname === '/fetch') return fetched(searchParams.get('url') ?? '')
  if (pathname === '/stat') return attempted(() => told(searchParams.get('path') ?? ''))
  if (pathname === '/self') return [200, self()]
  if (pathname === '/stdin') return attempted(() => String(readSync(0, Buffer.alloc(1))))
  if (pathname === '/write') return attempted(() => String(writeFileSync(searchParams.get('path') ?? '', 'x')))
  if (pathname !== '/file') return [200, `${process.env.VERSION ?? 'none'}\n`]
  return attempted(() => readFileSync(searchParams.get('path') ?? '', 'utf8'))
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
