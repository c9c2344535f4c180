import type { z } from 'zod'

/** The environment does not fit a role's schema. The message names each variable and what is wrong with it. */
export class EnvironmentError extends Error {
  constructor(problems: readonly string[]) {
    super(`the environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'EnvironmentError'
  }
}

/** Parses environment variables once, at the edge, into a type without `undefined`. Empty strings count as absent. Throws EnvironmentError. */
export function readEnvironment<S extends z.ZodType>(schema: S, variables: NodeJS.ProcessEnv = process.env): z.infer<S> {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''))
  const result = schema.safeParse(present)
  if (result.success) return result.data
  throw new EnvironmentError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
}
