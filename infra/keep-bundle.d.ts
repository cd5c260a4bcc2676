/** Where a clone keeps what it compiled: beside the packages, which compiled code imports. It may be deleted at any time. */
export declare const bundlesOfClone: string;

type Files = Record<string, string | Uint8Array>;

/**
 * Puts compiled files into a folder that is named by their digest, so that a process keeps the code that it was started with.
 * Many processes may do so at once. Folders that nobody asked for in thirty days are removed.
 *
 * @param files contents by name
 * @returns path of the folder
 */
export declare function keepBundle(folder: string, files: Files): Promise<string>;

/** As `keepBundle`, for code whose name is known before the code: `make` runs only if the folder is not there. */
export declare function keepFiles(
  folder: string,
  name: string,
  make: () => Files | Promise<Files>,
): Promise<string>;
