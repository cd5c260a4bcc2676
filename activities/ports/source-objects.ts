/** An object of a source, as a listing shows it. */
export interface SourceObject {
  key: string;
  /** Version of its content. */
  etag: string;
  bytes: number;
}

/** Objects that others write, and that sources read. */
export interface SourceObjects {
  /**
   * The objects whose address matches, by key.
   *
   * @param pattern an address such as s3://lake/flights/dt=2001-*.parquet; its first part is the bucket
   * @param most largest number of objects
   * @throws MainspringFailure `SourceNotFound` for a bucket that is not there or that the installation does not allow,
   * `DataTooLarge` for more objects
   */
  list(pattern: string, most: number): Promise<SourceObject[]>;
  /**
   * Write the object to a file.
   *
   * @returns false if it is not there any more, or its content has changed since it was listed
   */
  fetch(pattern: string, object: SourceObject, file: string): Promise<boolean>;
}
