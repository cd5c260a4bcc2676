export declare const bootId: string;
export declare function startTicks(pid: number): string | undefined;
