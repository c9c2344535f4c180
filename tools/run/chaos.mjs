/**
 * `npm run chaos -- eventing [--seconds N] [--rate N] [--seed N]`: events through a Broker on a standalone of its own while every role is killed at random
 * (10 minutes at 1,000 a second unless said). Prints the account as one JSON line; ends with 1 when an event that was taken is lost or out of order.
 */
import { ensureBuilt } from '../build/freshness.mjs'

const [what, ...rest] = process.argv.slice(2)
const usage = 'usage: npm run chaos -- eventing [--seconds N] [--rate N] [--seed N]'
const numbers = { '--seconds': 600, '--rate': 1000, '--seed': Date.now() % 1_000_000 }
for (let at = 0; at < rest.length; at += 2) {
  const value = Number(rest[at + 1])
  if (!(rest[at] in numbers) || !Number.isInteger(value) || value <= 0) fail(`${rest[at]} ${rest[at + 1] ?? ''}: ${usage}`)
  numbers[rest[at]] = value
}
if (what !== 'eventing') fail(usage)

await ensureBuilt()
const { runEventingChaos } = await import('../../e2e/chaos/eventing.ts')
const report = await runEventingChaos({
  seconds: numbers['--seconds'],
  perSecond: numbers['--rate'],
  seed: numbers['--seed'],
  say: (line) => console.error(line)
})
const { lost, disordered, ...counts } = report
for (const id of lost.slice(0, 20)) console.error(`lost: ${id}`)
for (const pair of disordered.slice(0, 20)) console.error(`out of order: ${pair}`)
console.log(JSON.stringify({ ...counts, lost: lost.length, disordered: disordered.length, seed: numbers['--seed'] }))
if (lost.length + disordered.length > 0) process.exitCode = 1

function fail(message) {
  console.error(message)
  process.exit(2)
}
