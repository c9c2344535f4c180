/** Ends at once, and says why. */
console.error('cannot reach the database at db:5432')
process.exit(7)
