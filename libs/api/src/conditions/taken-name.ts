/**
 * Message of a condition whose reason is `NotOwned`: an object that should be made exists, and somebody else has made it. The first sentence is
 * upstream's; `remedy` is what helps, by the kind that tells.
 */
export const takenName = (kind: string, name: string, remedy: string = 'Delete it, or give the Service another name.'): string =>
  `There is an existing ${kind} "${name}" that we do not own. ${remedy}`

/** Message of a condition while a child of a deleted object of the same name is still there, as right after something was deleted and made anew. */
export const leavingName = (kind: string, name: string): string =>
  `The ${kind} "${name}" of a former object of this name is still there. Wait until it is collected; when it stays, see its finalizers.`
