/** A JobSink: what a Job for one event is made of. */
export interface JobSink {
  /** `namespace/name` */
  readonly key: string
  readonly uid: string
  /** JSON of a batch/v1 Job. */
  readonly jobJson: string
}
