/** What a recorded case of upstream runs: dies with code 5 after two lines. Upstream's begin with the time, which the recording replaced. */
console.log('LOGTIME Started...')
console.log('LOGTIME Crashed...')
process.exit(5)
