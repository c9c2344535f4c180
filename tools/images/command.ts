/** Programs of this machine. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ImagesError } from './failure.ts'

const run = promisify(execFile)

/** What the program writes. Rejects with its error output, and where it is missing with what brings it. */
export async function outputOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, brings = program): Promise<Buffer> {
  try {
    const { stdout } = await run(program, args, {
      encoding: 'buffer',
      maxBuffer: 1 << 30,
      env: { ...process.env, LC_ALL: 'C', ...env }
    })
    return stdout
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: Buffer; message: string }
    if (code === 'ENOENT') throw new ImagesError(`${program} is needed and not installed: it comes with ${brings}`)
    const said = stderr?.toString('utf8').trim() ?? ''
    throw new ImagesError(`${program}: ${said === '' ? message : said}`, { cause: error })
  }
}
