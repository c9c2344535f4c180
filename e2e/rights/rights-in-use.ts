import type { Grant } from '@knative-ts/api/system'
import { described, type AuditedCall } from './audited-call.ts'

/** What a ServiceAccount is granted: everywhere, and in its own namespace. */
export interface Rights {
  readonly everywhere: readonly Grant[]
  readonly here: readonly Grant[]
  /** Everywhere too, by labels that anybody's kinds may carry: what it lets happen is no fault, and none of it has to be used. Absent: nothing. */
  readonly joined?: readonly Grant[]
}

/** What is wrong with rights, seen from what was asked; each a sentence a piece, none twice. All empty when rights and calls fit. */
export interface Findings {
  /** The authorizer said no. */
  readonly refused: readonly string[]
  /** Allowed, and not by these rights: somebody else gives the account more than it has here. */
  readonly foreign: readonly string[]
  /** Granted, never asked for, and no reason given. */
  readonly unused: readonly string[]
  /** Granted everywhere, and asked for in the own namespace alone. */
  readonly tooWide: readonly string[]
}

/** One verb on one resource (of one name, where the grant names objects): the smallest thing that can be granted. */
interface Piece {
  readonly where: 'everywhere' | 'here'
  readonly account: string
  readonly group: string
  readonly resource: string
  readonly verb: string
  readonly name: string | undefined
  readonly excused: boolean
}

/**
 * Compares the calls of ServiceAccounts in `namespace` with their rights. A call in that namespace that both kinds of right allow uses the
 * narrower one, so that a right everywhere for the sake of the own namespace shows up. Calls of accounts without rights here are foreign.
 */
export function rightsInUse(calls: Iterable<AuditedCall>, rights: Readonly<Record<string, Rights>>, namespace: string): Findings {
  const pieces = Object.entries(rights).flatMap(([account, { everywhere, here }]) => [
    ...piecesOf(account, 'here', here),
    ...piecesOf(account, 'everywhere', everywhere)
  ])
  const joined = Object.entries(rights).flatMap(([account, { joined = [] }]) => piecesOf(account, 'everywhere', joined))
  const used = new Set<Piece>()
  const usedElsewhere = new Set<Piece>()
  const refused = new Set<string>()
  const foreign = new Set<string>()
  for (const call of calls) {
    if (!call.allowed) {
      refused.add(described(call))
      continue
    }
    const fitting = pieces.filter((piece) => allows(piece, call) && (piece.where === 'everywhere' || call.namespace === namespace))
    const narrow = fitting.filter(({ where }) => where === 'here')
    if (fitting.length === 0 && !joined.some((piece) => allows(piece, call))) foreign.add(described(call))
    for (const piece of narrow.length > 0 ? narrow : fitting) {
      used.add(piece)
      if (call.namespace !== namespace) usedElsewhere.add(piece)
    }
  }
  const unused = pieces.filter((piece) => !used.has(piece) && !piece.excused)
  const tooWide = [...used].filter((piece) => piece.where === 'everywhere' && !usedElsewhere.has(piece))
  return { refused: [...refused], foreign: [...foreign], unused: unused.map(inWords), tooWide: tooWide.map(inWords) }
}

function piecesOf(account: string, where: Piece['where'], grants: readonly Grant[]): Piece[] {
  return grants.flatMap(({ group, resources, verbs, names = [undefined], unseen = {} }) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => ({ where, account, group, resource, verb, name, excused: verb in unseen })))
    )
  )
}

function allows(piece: Piece, call: AuditedCall): boolean {
  return (
    piece.account === call.account &&
    piece.verb === call.verb &&
    piece.group === call.group &&
    piece.resource === call.resource &&
    (piece.name === undefined || piece.name === call.name)
  )
}

function inWords({ where, account, group, resource, verb, name = '' }: Piece): string {
  const call = { account, verb, group, resource, namespace: '', name, allowed: true, at: new Date(0) }
  return `${described(call)}${where === 'here' ? ' in its own namespace' : ''}`
}
