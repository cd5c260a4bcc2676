import { fileURLToPath } from 'node:url';

/**
 * The model of both servers: a logistic regression of 14 features, so small that nearly all time is spent in the
 * server.
 */
export const MODEL = 'tiny';
export const modelPath = fileURLToPath(new URL('../../test/serving/fixtures/champion.onnx', import.meta.url));
export const features = Array.from({ length: 14 }, (_, i) => `f${i}`);
export const aRow = (n: number): number[] => features.map((_, i) => ((n * 7 + i * 13) % 50) / 10);

/** Tell the parent process the address, and answer its questions about the CPU time used so far. */
export function report(url: string): void {
  process.send?.({ url });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system });
  });
  process.on('disconnect', () => process.exit());
}
