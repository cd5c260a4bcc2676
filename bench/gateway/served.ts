import { fileURLToPath } from 'node:url';

/** What both servers serve: a logistic of 14 features, so small that every microsecond is the server's own. */
export const MODEL = 'tiny';
export const modelPath = fileURLToPath(new URL('../../test/serving/fixtures/champion.onnx', import.meta.url));
export const features = Array.from({ length: 14 }, (_, i) => `f${i}`);
export const aRow = (n: number): number[] => features.map((_, i) => ((n * 7 + i * 13) % 50) / 10);

/** Tell the parent where to aim, and answer its questions for CPU time so far. */
export function report(url: string): void {
  process.send?.({ url });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system });
  });
  process.on('disconnect', () => process.exit());
}
