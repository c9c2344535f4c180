/** A request that fails before anything speaks Kubernetes' objects: the answer is a plain text (`responsewriters.InternalError`). */
export class PlainFailure extends Error {
  /** The body, with the request's address in it. */
  textFor(url: string): string {
    const shown = JSON.stringify(url).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    return `Internal Server Error: ${shown}: ${this.message}\n`
  }
}
