/** Runs, and never opens its port. */
console.log('waiting for a lock that nobody gives back')
setInterval(() => undefined, 60_000)
