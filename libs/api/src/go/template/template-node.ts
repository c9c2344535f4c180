/** The tree of a parsed template. `at` is where a node begins, for error texts. */
export interface Position {
  readonly line: number
  /** Characters before it on its line. */
  readonly column: number
}

/** One value in an action, with the text that it was written as. */
export type Operand =
  | { readonly kind: 'field'; readonly names: readonly string[]; readonly at: Position; readonly text: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean; readonly at: Position; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly at: Position; readonly text: string }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly at: Position; readonly text: string }

/** A first operand and its arguments. */
export type Command = readonly [Operand, ...Operand[]]
/** Commands between bars: the value of one is the last argument of the next. */
export type Pipeline = readonly Command[]

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if'
      readonly pipeline: Pipeline
      readonly consequent: readonly TemplateNode[]
      readonly alternative: readonly TemplateNode[]
    }
