/** Options of our commands that stand among arguments for jest. */

/**
 * Takes `--name VALUE` of each name out of `given`, which keeps the rest. Gives the values by name; undefined for one that is not there, and of one that
 * is there twice the last. Throws with `usage` where a value is missing.
 */
export function takeOptions(given, names, usage = '') {
  const values = Object.fromEntries(names.map((name) => [name, undefined]))
  for (const name of names) {
    for (let at = given.indexOf(`--${name}`); at >= 0; at = given.indexOf(`--${name}`)) {
      const [, value] = given.splice(at, 2)
      if (value === undefined || value.startsWith('--')) throw new UsageError(`--${name} needs a value${usage === '' ? '' : `\n${usage}`}`)
      values[name] = value
    }
  }
  return values
}

/** What somebody typed is wrong; the message says what and how it goes. */
export class UsageError extends Error {}

/** {@link takeOptions} of this process's arguments; ends it with 2 and the reason where they are wrong. */
export function optionsOf(given, names, usage) {
  try {
    return takeOptions(given, names, usage)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return process.exit(2)
  }
}
