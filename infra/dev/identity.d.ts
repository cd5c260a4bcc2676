export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}
export declare function startTime(pid: number): string | undefined;
export declare function identify(pid: number): ProcessIdentity;
export declare function isAlive(process: ProcessIdentity): boolean;
/** Send a signal to exactly this process. Returns false if it is gone. */
export declare function signal(process: ProcessIdentity, name: NodeJS.Signals): boolean;
