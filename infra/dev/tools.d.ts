export interface Python {
  command: string;
  version: string;
}
export declare const toolsRoot: string;
export declare function findPython(env: NodeJS.ProcessEnv): Promise<Python>;
export declare function ensureTools(
  env: NodeJS.ProcessEnv,
  onBuild?: (python: Python) => void,
): Promise<string>;
