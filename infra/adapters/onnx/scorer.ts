import type { LoadedModel, ModelShape, Scorer } from '../../../activities/ports/scorer.js';
import { FailureType, MainspringFailure, fail } from '../../../contracts/failures.js';
import { type ProblemType, type RawOutput, problemType } from '../../../contracts/problems/index.js';
import type { Problem } from '../../../contracts/problems/index.js';
import type { SignatureOutput } from '../../../contracts/signature.js';
import { type Binding, bindingOf } from './binding.js';
import { feedsOf } from './feeds.js';
import { type Metadata, shown } from './metadata.js';
import { artifactAt, runtimeReason } from './runtime-reason.js';
import { type RunningModel, type Runtime, inThisProcess } from './runtime.js';

const expectedOutput = ({ name, type, width }: SignatureOutput): string => `${name}: ${type}[rows, ${width}]`;

/** The session's outputs against those that the problem type reads. */
function checkOutputs(found: Metadata, name: string, type: ProblemType<Problem>, problem: Problem): void {
  for (const output of type.exports(problem)) {
    const match = found.find((candidate) => candidate.name === output.name);
    if (match?.isTensor && match.type === output.type) continue;
    throw fail(
      FailureType.ModelUnusable,
      `the ${name}’s ONNX model has outputs (${shown(found)}), expected an output ${expectedOutput(output)} for ${type.title}`,
      { remedy: type.exportRemedy },
    );
  }
}

/** [rows, width], and [rows] where the width is 1. */
const fits = (dims: readonly number[], rows: number, width: number): boolean =>
  dims[0] === rows && (dims.length === 2 ? dims[1] === width : dims.length === 1 && width === 1);

/** A file that was opened. */
interface Opened {
  running: RunningModel;
  path: string;
  name: string;
}

function loaded({ running, path, name }: Opened, binding: Binding, problem: Problem): LoadedModel {
  const type = problemType(problem);
  const outputs = type.exports(problem);
  // Only these outputs: converters give `label` a static shape, which costs a warning per run.
  const wanted = outputs.map((output) => output.name);
  const read = (answer: Record<string, RawOutput>, rows: number): Record<string, RawOutput> =>
    Object.fromEntries(
      outputs.map((output) => {
        const tensor = answer[output.name];
        if (!tensor || !fits(tensor.dims, rows, output.width))
          throw fail(
            FailureType.ModelUnusable,
            `the ${name} gave ${output.name}[${tensor?.dims.join(', ') ?? ''}] for ${rows} rows, expected [${rows}, ${output.width}]`,
            { remedy: type.exportRemedy },
          );
        return [output.name, tensor];
      }),
    );
  return {
    takes: binding.kind === 'matrix' ? 'matrix' : 'columns',
    score: async (batch) => {
      const answer = await running
        .run(feedsOf(batch, binding), wanted, batch.rows)
        .catch((error: unknown) => {
          if (error instanceof MainspringFailure) throw error;
          throw fail(
            FailureType.ModelUnusable,
            `the ${name} failed on ${batch.rows} rows: ${runtimeReason(error, path)}; expected it to take any number of rows`,
            { remedy: 'Export it again and try it with onnxruntime.' },
          );
        });
      return type.predictionOf(read(answer, batch.rows), batch.rows, problem);
    },
    release: () => running.release(),
  };
}

/**
 * Models on onnxruntime.
 *
 * @param runtime where they run; by default in this process, which is only for models that are trusted
 */
export const openScorer = (runtime: Runtime = inThisProcess): Scorer => ({
  load: async (path: string, name: string, { signature, problem }: ModelShape) => {
    const running = await runtime.open(path, name).catch((error: unknown) => {
      if (error instanceof MainspringFailure) throw error;
      throw fail(
        FailureType.ModelUnusable,
        `the ${name}${artifactAt(path)} is not a model that onnxruntime can load: ${runtimeReason(error, path)}; expected an ONNX file`,
        { remedy: 'Check what the trainer writes to model/model.onnx.' },
      );
    });
    try {
      const binding = bindingOf(running.inputs, signature.inputs, name);
      checkOutputs(running.outputs, name, problemType(problem), problem);
      return loaded({ running, path, name }, binding, problem);
    } catch (error) {
      await running.release();
      throw error;
    }
  },
});
