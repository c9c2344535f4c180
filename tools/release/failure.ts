/** What the engineer who releases can set right: told without a stack. */
export class ReleaseError extends Error {}
