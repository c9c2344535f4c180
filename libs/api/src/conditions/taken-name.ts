/**
 * Message of a condition whose reason is `NotOwned`: an object that should be made exists, and somebody else has made it. The first sentence is
 * upstream's; `remedy` is what helps, by the kind that tells.
 */
export const takenName = (kind: string, name: string, remedy: string = 'Delete it, or give the Service another name.'): string =>
  `There is an existing ${kind} "${name}" that we do not own. ${remedy}`
