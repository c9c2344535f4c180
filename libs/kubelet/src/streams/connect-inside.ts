/** A connection to the localhost of a network namespace: a process of its own goes there, for this one cannot. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Duplex } from 'node:stream'

/** Says `+` once it is connected, then carries bytes both ways, each half to its end (which `process.stdout` would not pass on). */
const relay = `const { connect, Socket } = require('net')
const out = new Socket({ fd: 1, readable: false })
const s = connect({ host: '127.0.0.1', port: Number(process.argv[1]), allowHalfOpen: true })
s.on('connect', () => { out.write('+'); process.stdin.pipe(s); s.pipe(out) })
s.on('error', () => process.exit(1))
s.on('close', () => process.exit(0))`

/** Undefined when nothing listens at the port there. `networkPid` is a process in the namespace. */
export async function connectInside(networkPid: number, port: number): Promise<Duplex | undefined> {
  const argv = ['-t', String(networkPid), '-n', '-F', '--', process.execPath, '-e', relay, String(port)]
  const child = spawn('nsenter', argv, { stdio: ['pipe', 'pipe', 'ignore'], env: {} })
  const { stdin, stdout } = child
  // The other end may be gone before all is written.
  stdin.on('error', () => undefined)
  const over = once(child, 'exit')
  // Once it is connected, its end is the connection's.
  over.catch(() => undefined)
  await Promise.race([once(stdout, 'readable'), over])
  if (stdout.read(1) === null) {
    child.kill('SIGKILL')
    return undefined
  }
  const connection = new Duplex({
    read: () => void stdout.resume(),
    write: (bytes, _encoding, done) => void stdin.write(bytes, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy(error, done) {
      child.kill('SIGKILL')
      done(error)
    }
  })
  stdout.on('data', (bytes: Buffer) => {
    if (!connection.push(bytes)) stdout.pause()
  })
  stdout.on('end', () => connection.push(null))
  return connection
}
