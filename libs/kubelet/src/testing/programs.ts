/** Little programs for the images of component tests. */

/** Answers every request with `GREETING` and its environment's PORT; ends at SIGTERM. */
export const helloServer = `import { createServer } from 'node:http'
createServer((request, response) => response.end(process.env.GREETING ?? 'hello')).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
`

/** Prints its variables as JSON and stays until SIGTERM. */
export const printEnvironment = `console.log(JSON.stringify(process.env))
setInterval(() => undefined, 1000)
process.on('SIGTERM', () => process.exit(0))
`

/** A container that runs a shell script. */
export const shell = (name: string, script: string): { name: string; image: string; command: string[] } => ({
  name,
  image: 'dev.local/shell',
  command: ['sh', '-c', script]
})

/** Files of the image `dev.local/shell`. */
export const shellImage = { 'image.json': '{"entrypoint": ["sh"], "cmd": ["-c", "exit 0"]}' }
