/** An init container that does not do its work, and says why. */
console.error('migration 12 does not apply')
process.exit(3)
