/** Runs, and never opens its port. */
console.log('waiting for a lock that nobody gives back')
setInterval(() => undefined, 60_000)
// As process 1 of a container it would not be ended by the signal alone.
process.on('SIGTERM', () => process.exit(0))
