const slice = 16

/** Does `work` for each, some at a time: a file system makes what is synced at the same time durable together. Rejects as the first one does, when its slice is through. */
export async function inSlices<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < values.length; from += slice) {
    const settled = await Promise.allSettled(values.slice(from, from + slice).map(work))
    for (const one of settled) if (one.status === 'rejected') throw one.reason
  }
}
