import { expect, it } from 'vitest';
import { jobDigestOf, orderOf } from '../../../../activities/training/order.js';
import { defaultTiming } from '../../../../activities/ports/job-order.js';
import { numericSignature } from '../../../../contracts/signature.js';
import type { TrainingJobInput } from '../../../../contracts/training.js';

const job = (more: Partial<TrainingJobInput> = {}): TrainingJobInput =>
  ({
    model: 'm',
    run: 'r',
    intent: 'm/r/final',
    command: ['python', 'train.py'],
    code: { sha256: 'a'.repeat(64) },
    environment: { sha256: 'b'.repeat(64) },
    channels: {},
    columns: { features: ['x', 'place'], label: 'label' },
    params: {},
    resources: { cpus: 1, gpus: 0, memory: '1GiB' },
    seed: 1,
    objective: null,
    ...more,
  }) as unknown as TrainingJobInput;

const regression = { type: 'regression' as const, quantiles: [0.5] };
const typed = {
  ...numericSignature(['x']),
  inputs: [{ name: 'place', type: 'string' as const, nullable: false }],
};

it('gives a job with the defaults the digest that it had before problem and signature were named', () => {
  const named = job({
    problem: { type: 'binary-classification' },
    signature: numericSignature(['x', 'place']),
  });

  expect(jobDigestOf(named)).toBe(jobDigestOf(job()));
});

it.each([{ problem: regression }, { signature: typed }])('tells apart a job with %j', (more) => {
  expect(jobDigestOf(job(more))).not.toBe(jobDigestOf(job()));
});

it('hands problem and signature to the wrapper', () => {
  const attempt = { jobKey: 'k', attempt: 1, memoryFactor: 1 };

  const order = orderOf(job({ problem: regression, signature: typed }), attempt, defaultTiming);

  expect(order).toMatchObject({ problem: regression, signature: typed });
});
