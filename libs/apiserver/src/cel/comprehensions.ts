/**
 * Macros that the CEL library lacks: comprehensions over two variables (`cel-go/ext/comprehensions.go`), `optMap` and `optFlatMap`
 * (`cel-go/cel/library.go`).
 */
import { Optional, ParseError, type Environment } from '@marcbachmann/cel-js'
import { isName, type Checker, type Evaluator, type MacroCall, type Node, type Scope, type Type } from './macro.ts'

type ErrorPlace = NonNullable<ParseError['node']>
type Entry = readonly [key: unknown, value: unknown]

/** What a macro makes of the entries; `evaluate` answers a failure as an Error. */
type Fold = (entries: Iterable<Entry>, evaluate: (part: Node, entry: Entry) => unknown, parts: readonly Node[], ev: Evaluator) => unknown

interface Macro {
  readonly parts: number
  readonly fold: Fold
  /** The type of the whole, from the types of the keys and of the last part. Parts before it are conditions. */
  readonly type: (checker: Checker, key: Type, last: Type) => Type
  readonly lastIsBool?: boolean
}

const overloadError = () => new Error('no such overload')

function truth(result: unknown): boolean {
  if (typeof result === 'boolean') return result
  throw result instanceof Error ? result : overloadError()
}

function value(result: unknown): unknown {
  if (result instanceof Error) throw result
  return result
}

/** An element that decides outweighs one that fails. */
const quantifier =
  (decisive: boolean): Fold =>
  (entries, evaluate, [predicate]) => {
    let failed: Error | undefined
    for (const entry of entries) {
      const result = evaluate(predicate as Node, entry)
      if (result === decisive) return decisive
      if (typeof result !== 'boolean') failed ??= result instanceof Error ? result : overloadError()
    }
    if (failed !== undefined) throw failed
    return !decisive
  }

const exactlyOne: Fold = (entries, evaluate, [predicate]) => {
  let count = 0
  for (const entry of entries) if (truth(evaluate(predicate as Node, entry))) count++
  return count === 1
}

/** With two parts the first one chooses. */
function* chosen(entries: Iterable<Entry>, evaluate: (part: Node, entry: Entry) => unknown, parts: readonly Node[]) {
  const [condition, transform] = parts.length === 2 ? parts : [undefined, parts[0]]
  for (const entry of entries)
    if (condition === undefined || truth(evaluate(condition, entry))) yield [entry, value(evaluate(transform as Node, entry))] as const
}

const transformList: Fold = (entries, evaluate, parts) => [...chosen(entries, evaluate, parts)].map(([, made]) => made)
const transformMap: Fold = (entries, evaluate, parts) =>
  new Map([...chosen(entries, evaluate, parts)].map(([[key], made]) => [key, made] as const))

function inserted(map: Map<unknown, unknown>, key: unknown, item: unknown): void {
  if (map.has(key)) throw new Error(`insert failed: key ${String(key)} already exists`)
  map.set(key, item)
}

const transformMapEntry: Fold = (entries, evaluate, parts) => {
  const made = new Map<unknown, unknown>()
  for (const [, entry] of chosen(entries, evaluate, parts)) for (const [key, item] of entriesOf(entry) ?? []) inserted(made, key, item)
  return made
}

const bool = (checker: Checker) => checker.getType('bool')
const listOf = (checker: Checker, _key: Type, last: Type) => checker.registry.getListType(last)
const mapOf = (checker: Checker, key: Type, last: Type) => checker.registry.getMapType(key, last)

const MACROS: Readonly<Record<string, readonly Macro[]>> = {
  all: [{ parts: 1, fold: quantifier(false), type: bool, lastIsBool: true }],
  exists: [{ parts: 1, fold: quantifier(true), type: bool, lastIsBool: true }],
  existsOne: [{ parts: 1, fold: exactlyOne, type: bool, lastIsBool: true }],
  exists_one: [{ parts: 1, fold: exactlyOne, type: bool, lastIsBool: true }],
  transformList: [1, 2].map((parts) => ({ parts, fold: transformList, type: listOf })),
  transformMap: [1, 2].map((parts) => ({ parts, fold: transformMap, type: mapOf })),
  transformMapEntry: [1, 2].map((parts) => ({ parts, fold: transformMapEntry, type: (_checker, _key, last) => last }))
}

/** Keys and values of a map, indices and items of a list; undefined for all else. */
function entriesOf(range: unknown): Iterable<Entry> | undefined {
  if (Array.isArray(range)) return range.map((item, index) => [BigInt(index), item] as const)
  if (range instanceof Map) return range
  if (typeof range !== 'object' || range === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(range)
  return prototype === null || prototype === Object.prototype ? Object.entries(range) : undefined
}

function rangeTypes(checker: Checker, range: Node, scope: Scope): readonly [Type, Type] {
  const type = checker.check(range, scope)
  if (type.kind === 'list') return [checker.getType('int'), type.valueType]
  if (type.kind === 'map') return [type.keyType, type.valueType]
  if (type.kind === 'dyn') return [type, type]
  throw checker.createError(
    'invalid_comprehension_range',
    `expression of type '${checker.formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    range
  )
}

function checkBool(checker: Checker, part: Node, scope: Scope): void {
  const type = checker.check(part, scope)
  if (type.kind !== 'dyn' && type.name !== 'bool')
    throw checker.createError('no_such_overload', `no such overload: bool && ${checker.formatType(type)}`, part)
}

/** A literal's keys stay what they are; the library makes texts of them. */
function evaluated(ev: Evaluator, part: Node, scope: Scope): unknown {
  if (part.op !== 'map') return ev.tryEval(part, scope)
  const made = new Map<unknown, unknown>()
  for (const [keyNode, itemNode] of part.args as (readonly [Node, Node])[]) {
    const [key, item] = [ev.tryEval(keyNode, scope), ev.tryEval(itemNode, scope)]
    if (key instanceof Error || item instanceof Error) return key instanceof Error ? key : item
    made.set(key, item)
  }
  return made
}

function variableName(node: Node): string {
  if (isName(node)) return node.args as string
  throw new ParseError('argument must be a simple name', node as unknown as ErrorPlace)
}

function expanded({ fold, type, lastIsBool }: Macro, { args, receiver }: MacroCall): object {
  const [keyNode, valueNode, ...parts] = args as [Node, Node, ...Node[]]
  const [keyName, valueName] = [variableName(keyNode), variableName(valueNode)]
  if (keyName === valueName) throw new ParseError(`duplicate variable name: ${keyName}`, valueNode as unknown as ErrorPlace)
  let keyScope: Scope
  let scope: Scope
  return {
    async: false,
    typeCheck(checker: Checker, _macro: unknown, outer: Scope): Type {
      const [key, item] = rangeTypes(checker, receiver, outer)
      keyScope = outer.forkWithVariable(keyName, key)
      scope = keyScope.forkWithVariable(valueName, item)
      for (const part of lastIsBool === true ? parts : parts.slice(0, -1)) checkBool(checker, part, scope)
      return type(checker, key, checker.check(parts.at(-1) as Node, scope))
    },
    evaluate(ev: Evaluator, _macro: unknown, outer: Scope): unknown {
      const range = ev.run(receiver, outer)
      const entries = entriesOf(range)
      if (entries === undefined) throw new Error(`unsupported comprehension range type: ${typeof range}`)
      const evaluate = (part: Node, [key, item]: Entry): unknown =>
        evaluated(ev, part, scope.reuse(keyScope.reuse(outer).setIterValue(key, ev)).setIterValue(item, ev))
      return fold(entries, evaluate, parts, ev)
    }
  }
}

function optionalMacro(isFlat: boolean, { args, receiver }: MacroCall): object {
  const [nameNode, body] = args as [Node, Node]
  const name = variableName(nameNode)
  let scope: Scope
  return {
    async: false,
    typeCheck(checker: Checker, _macro: unknown, outer: Scope): Type {
      const type = checker.check(receiver, outer)
      scope = outer.forkWithVariable(name, type.kind === 'optional' ? type.valueType : checker.getType('dyn'))
      const made = checker.check(body, scope)
      return isFlat ? made : checker.registry.getOptionalType(made)
    },
    evaluate(ev: Evaluator, _macro: unknown, outer: Scope): unknown {
      const held = ev.run(receiver, outer)
      if (!(held instanceof Optional)) throw overloadError()
      if (!held.hasValue()) return Optional.none()
      const made = ev.run(body, scope.reuse(outer).setIterValue(held.value(), ev))
      return isFlat ? made : Optional.of(made)
    }
  }
}

const isZero = (held: unknown): boolean =>
  held === null ||
  held === false ||
  held === '' ||
  held === 0 ||
  held === 0n ||
  (typeof held === 'object' && (held instanceof Map ? held.size === 0 : entriesOf(held) !== undefined && Object.keys(held).length === 0))

/** Adds the macros, and what else of optional values the library lacks. */
export function registerComprehensions(environment: Environment): void {
  for (const [name, macros] of Object.entries(MACROS))
    for (const macro of macros) {
      const places = Array<string>(2 + macro.parts).fill('ast')
      environment.registerFunction(`list.${name}(${places.join(', ')}): dyn`, (call: MacroCall) => expanded(macro, call))
    }
  environment
    .registerFunction('optional.optMap(ast, ast): dyn', (call: MacroCall) => optionalMacro(false, call))
    .registerFunction('optional.optFlatMap(ast, ast): dyn', (call: MacroCall) => optionalMacro(true, call))
    .registerFunction('OptionalNamespace.ofNonZeroValue(dyn): optional<dyn>', (_namespace: unknown, held: unknown) =>
      isZero(held) ? Optional.none() : Optional.of(held)
    )
    .registerFunction('list.first(): optional<dyn>', ([first]: readonly unknown[]) =>
      first === undefined ? Optional.none() : Optional.of(first)
    )
    .registerFunction('list.last(): optional<dyn>', (list: readonly unknown[]) =>
      list.length === 0 ? Optional.none() : Optional.of(list.at(-1))
    )
}
