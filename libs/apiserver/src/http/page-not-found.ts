/** 404 of a path that the router has nothing for: a text for HTTP clients, the API's own 404 for clients inside the process. */
import { ApiError } from '@knative-ts/kube'
import { noSuchPath } from './errors.ts'

export class PageNotFound extends ApiError {
  constructor() {
    super(noSuchPath().status)
  }
}
