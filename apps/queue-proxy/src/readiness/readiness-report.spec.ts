import { createServer } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { listeningPorts, type Listening } from './listening-ports.ts'
import { ReadinessReport } from './readiness-report.ts'

const own = [8012, 8022]
const refused = 'dial tcp 127.0.0.1:8080: connect: connection refused'

/** What is written of these failures, told in the seconds given. */
async function told(
  failures: readonly (readonly [string, number])[],
  open: readonly Listening[] = [],
  podIp = '10.0.0.1'
): Promise<string[]> {
  const lines: string[] = []
  let now = 0
  const report = new ReadinessReport({
    ownPorts: own,
    podIp,
    write: (line) => lines.push(line),
    listening: () => Promise.resolve([...open]),
    now: () => now
  })
  for (const [failure, seconds] of failures) {
    now = seconds * 1000
    await report.tell(failure)
  }
  return lines.map((line) => (JSON.parse(line) as { message: string }).message.replace('Readiness probe failed: ', ''))
}
const at = (port: number, address = '0.0.0.0'): Listening => ({ address, port })

describe('the report of a probe that fails', () => {
  it.each<[string, string, Listening[], string]>([
    ['a port that never opens', refused, [at(8012), at(8022)], 'Nothing listens on port 8080: the container must listen there'],
    [
      'another port',
      refused,
      [at(8012), at(3000), at(3000, '::')],
      'the container listens on 3000: let it listen on 8080 (variable PORT), or'
    ],
    ['the right port at another address', refused, [at(8080, '::1')], 'The container listens on ::1 only: let it listen on 0.0.0.0'],
    ['a path that is not there', 'GET http://127.0.0.1:8080/nope answered 404', [], 'Check the path of the readiness probe'],
    ['a refusal', 'GET http://127.0.0.1:8080/ answered 503', [], 'The container says that it is not ready'],
    ['silence', 'GET http://127.0.0.1:8080/ did not answer within 1 s', [], 'raise timeoutSeconds of the readiness probe']
  ])('of %s says what to do', async (_, failure, open, advice) => {
    const [line = ''] = await told([[failure, 1]], open)
    expect(line.startsWith(`${failure}. `)).toBe(true)
    expect(line).toContain(advice)
  })

  it('is written when it is new, and again every ten seconds', async () => {
    const lines = await told([
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['b', 12],
      ['b', 13]
    ])
    expect(lines).toEqual(['a.', 'b.', 'b.'])
  })

  it('counts only sockets of the pod where its address is one of many on loopback', async () => {
    const [line] = await told([[refused, 1]], [at(22), at(3000, '127.88.0.2')], '127.88.0.2')
    expect(line).toContain('the container listens on 3000:')
  })
})

describe('listening ports', () => {
  it('are read from the tables of the kernel', async () => {
    const tables: Record<string, string> = {
      '/proc/net/tcp': [
        '  sl  local_address rem_address   st',
        '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000',
        '   1: 0200580A:0016 0100580A:C350 01 00000000:00000000'
      ].join('\n'),
      '/proc/net/tcp6': [
        '  sl  local_address rem_address   st',
        '   0: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A',
        '   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A',
        '   2: B80D0120000000000000000001000000:0051 00000000000000000000000000000000:0000 0A'
      ].join('\n')
    }
    expect(await listeningPorts((path) => Promise.resolve(tables[path] ?? ''))).toEqual([
      at(8080, '127.0.0.1'),
      at(3000, '::1'),
      at(80, '::'),
      at(81, '2001:db8:0:0:0:0:0:1')
    ])
  })

  it('are none where the kernel does not show them', async () => {
    expect(await listeningPorts(() => Promise.reject(new Error('ENOENT')))).toEqual([])
  })

  it('are found of this very process', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    expect(await listeningPorts()).toContainEqual(at(port, '127.0.0.1'))
    server.close()
  })
})
