/** Root of our code: the clone, or `dist` of the built package. Both have the same tree of folders. */
export declare const root: string;

/** True in the built package, where every module is JavaScript. False in a clone, where modules are TypeScript. */
export declare const isBuilt: boolean;

/**
 * Path of one of our modules.
 *
 * @param name path from the root, without extension: `workers/control`
 * @throws Error when the module is missing
 */
export declare function codeFile(name: string): string;

/** Arguments of `node` that run one of our modules as a program; in a clone it is compiled as it is loaded. */
export declare function nodeArguments(name: string): string[];
