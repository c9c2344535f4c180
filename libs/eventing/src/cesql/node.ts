/** A comparison's, sum's or product's operator. */
export type BinaryOperator = '=' | '!=' | '<>' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'

/** A parsed expression (CESQL 1.0). Attribute and function names are in lower and upper case respectively. */
export type Node =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'exists'; readonly name: string }
  | { readonly kind: 'not' | 'negate'; readonly operand: Node }
  | { readonly kind: 'like'; readonly operand: Node; readonly pattern: string; readonly negated: boolean }
  | { readonly kind: 'in'; readonly operand: Node; readonly set: readonly Node[]; readonly negated: boolean }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'logic'; readonly operator: 'AND' | 'OR' | 'XOR'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Node[] }
