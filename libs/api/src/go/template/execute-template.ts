import { parsed, unparsed, type Parsed } from '../parsed.ts'
import type { Template } from './parse-template.ts'
import { functionOf, isTruthy, printed, type Value } from './template-functions.ts'
import type { Command, Operand, Pipeline, TemplateNode } from './template-node.ts'

/** The object that a template is executed on: `type` is its Go name, for error texts; its fields are the keys. */
export interface TemplateData {
  readonly type: string
  readonly fields: { readonly [name: string]: Value }
}

class ExecutionFailure extends Error {}

/** The text that a template gives, or `template: NAME:LINE:COLUMN: executing ...`. */
export function executeTemplate(template: Template, data: TemplateData): Parsed<string> {
  try {
    return parsed(render(template, template.nodes, data))
  } catch (error) {
    if (error instanceof ExecutionFailure) return unparsed(error.message)
    throw error
  }
}

function render(template: Template, nodes: readonly TemplateNode[], data: TemplateData): string {
  let text = ''
  for (const node of nodes) {
    if (node.kind === 'text') text += node.text
    else if (node.kind === 'print') text += printed(valueOf(template, node.pipeline, data))
    else text += render(template, isTruthy(valueOf(template, node.pipeline, data)) ? node.consequent : node.alternative, data)
  }
  return text
}

function valueOf(template: Template, pipeline: Pipeline, data: TemplateData): Value {
  let piped: readonly Value[] = []
  for (const command of pipeline) piped = [commandValue(template, command, piped, data)]
  return piped[0]
}

function commandValue(template: Template, [first, ...rest]: Command, piped: readonly Value[], data: TemplateData): Value {
  if (first.kind === 'call') {
    const call = functionOf(first.name)
    if (call === undefined) throw failure(template, first, `error calling ${first.name}: not a function`)
    return call([...rest.map((operand) => operandValue(template, operand, data)), ...piped])
  }
  const [extra] = [...rest, ...piped]
  if (extra !== undefined) throw failure(template, first, `can't give argument to non-function ${first.text}`)
  return operandValue(template, first, data)
}

function operandValue(template: Template, operand: Operand, data: TemplateData): Value {
  if (operand.kind === 'literal') return operand.value
  if (operand.kind === 'group') return valueOf(template, operand.pipeline, data)
  if (operand.kind === 'call') return commandValue(template, [operand], [], data)
  const [field, ...keys] = operand.names
  if (field === undefined) return data.fields
  if (!Object.hasOwn(data.fields, field)) throw failure(template, operand, `can't evaluate field ${field} in type ${data.type}`)
  return keys.reduce<Value>((value, key) => {
    if (typeof value === 'object') return value[key]
    throw failure(template, operand, `can't evaluate field ${key} in type string`)
  }, data.fields[field])
}

function failure(template: Template, operand: Operand, what: string): ExecutionFailure {
  const { line, column } = operand.at
  return new ExecutionFailure(`template: ${template.name}:${line}:${column}: executing "${template.name}" at <${operand.text}>: ${what}`)
}
