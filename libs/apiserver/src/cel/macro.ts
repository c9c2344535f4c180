/** What macros of the CEL library are made of: the parts of its interface that it does not type. */

/** One operation of a parsed expression. */
export interface Node {
  readonly op: string
  readonly args: unknown
  readonly setMeta: (key: string, value: unknown) => Node
}

/** A type as the checker knows it. */
export interface Type {
  readonly kind: string
  readonly name: string
  readonly keyType: Type
  readonly valueType: Type
}

/** Variables by name: types when checking, values when evaluating. */
export interface Scope {
  readonly forkWithVariable: (name: string, type: Type) => Scope
  readonly reuse: (parent: Scope) => Scope
  readonly setIterValue: (value: unknown, ev: Evaluator) => Scope
}

export interface Checker {
  readonly check: (node: Node, scope: Scope) => Type
  readonly getType: (name: string) => Type
  readonly formatType: (type: Type) => string
  readonly createError: (code: string, message: string, node: Node) => Error
  readonly registry: {
    readonly getListType: (item: Type) => Type
    readonly getMapType: (key: Type, value: Type) => Type
    readonly getOptionalType: (value: Type) => Type
  }
}

export interface Evaluator {
  readonly run: (node: Node, scope: Scope) => unknown
  /** Answers what was thrown. */
  readonly tryEval: (node: Node, scope: Scope) => unknown
  readonly debugType: (value: unknown) => {
    readonly fieldLazy: (value: unknown, field: unknown, node: Node, ev: Evaluator) => unknown
  }
}

/** A call whose arguments are expressions. */
export interface MacroCall {
  readonly args: readonly Node[]
  readonly receiver: Node
}

/** Whether the expression is a name alone. */
export const isName = (node: Node): boolean => node.op === 'id'
