/** CEL functions whose name has a dot, such as `sets.contains`: methods of a constant. */
import type { Environment } from '@marcbachmann/cel-js'

/** Registers each of `functions`, given as `name(argument types): type`, under `name.`. */
export function registerNamespace(
  environment: Environment,
  name: string,
  functions: Readonly<Record<string, (...values: never[]) => unknown>>
): void {
  class Namespace {}
  const type = `${name}Namespace`
  environment.registerType(type, Namespace).registerConstant(name, type, new Namespace())
  for (const [signature, run] of Object.entries(functions)) {
    environment.registerFunction(`${type}.${signature}`, (_namespace: unknown, ...values: never[]) => run(...values))
  }
}
