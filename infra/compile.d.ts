/**
 * Path of one of our programs as JavaScript. In a clone all its sources are compiled into one file, in a quarter of a second: the
 * program then starts with a third of the work that compiling while loading takes, and once more after each of its restarts.
 *
 * @param name path from the root, without extension: `workers/control`
 * @throws Error when the module is missing or does not compile
 */
export declare function compiled(name: string): Promise<string>;
