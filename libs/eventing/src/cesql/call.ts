import type { CloudEvent } from '../event/cloud-event.ts'
import { builtIns, type ParameterType } from './functions.ts'
import { CesqlFailure, failed, type Result, toBoolean, toInteger, type Value } from './value.ts'

/** Compiles a call. Whether the function is there, and takes so many parameters, shows when it is called, as with the original. */
export function compileCall(name: string, parameters: readonly ((event: CloudEvent) => Result)[]): (event: CloudEvent) => Result {
  const builtIn = builtIns.get(name)
  if (builtIn === undefined) return () => new CesqlFailure(`missing function error: ${name}`)
  const most = builtIn.further === undefined ? builtIn.parameters.length : Number.POSITIVE_INFINITY
  if (parameters.length < builtIn.least || parameters.length > most) {
    return () => new CesqlFailure(`missing function error: ${name} with ${parameters.length} parameters`)
  }
  const types = parameters.map((_, index) => builtIn.parameters[index] ?? builtIn.further ?? 'any')
  return (event) => {
    const values: Value[] = []
    for (let index = 0; index < parameters.length; index++) {
      const value = parameters[index]!(event)
      const cast = failed(value) ? value : castTo(types[index]!, value)
      if (failed(cast)) return cast
      values.push(cast)
    }
    return builtIn.call(values)
  }
}

const castTo = (type: ParameterType, value: Value): Result =>
  type === 'string' ? String(value) : type === 'integer' ? toInteger(value) : type === 'boolean' ? toBoolean(value) : value
