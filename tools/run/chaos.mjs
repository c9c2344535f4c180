/**
 * `npm run chaos -- eventing [--seconds N] [--rate N] [--seed N]`: events through a Broker on a standalone of its own while every role is killed at random
 * (10 minutes at 1,000 a second unless said). Prints the account as one JSON line; ends with 1 when an event that was taken is lost or out of order.
 */
import { ensureBuilt } from '../build/freshness.mjs'
import { optionsOf } from './options.mjs'

const [what, ...rest] = process.argv.slice(2)
const usage = 'usage: npm run chaos -- eventing [--seconds N] [--rate N] [--seed N]'
const given = optionsOf(rest, ['seconds', 'rate', 'seed'], usage)
if (rest.length > 0) fail(`${rest.join(' ')}: ${usage}`)
const { seconds, rate, seed } = Object.fromEntries(
  Object.entries({ seconds: 600, rate: 1000, seed: Date.now() % 1_000_000 }).map(([name, fallback]) => [name, numberOf(name, fallback)])
)
if (what !== 'eventing') fail(usage)

await ensureBuilt()
const { runEventingChaos } = await import('../../e2e/chaos/eventing.ts')
const report = await runEventingChaos({
  seconds,
  perSecond: rate,
  seed,
  say: (line) => console.error(line)
})
const { lost, disordered, ...counts } = report
for (const id of lost.slice(0, 20)) console.error(`lost: ${id}`)
for (const pair of disordered.slice(0, 20)) console.error(`out of order: ${pair}`)
console.log(JSON.stringify({ ...counts, lost: lost.length, disordered: disordered.length, seed }))
if (lost.length + disordered.length > 0) process.exitCode = 1

function numberOf(name, fallback) {
  const number = Number(given[name] ?? fallback)
  if (!Number.isInteger(number) || number <= 0) fail(`--${name} ${given[name]}: ${usage}`)
  return number
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
