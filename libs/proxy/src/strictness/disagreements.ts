/** Rows (`rule: why`) that the server does not yet keep. Each is a defect; the list must become empty. */
export const openDisagreements: readonly string[] = []
