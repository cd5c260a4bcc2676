import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineGate, gateForm } from '../../../../contracts/gates/define-gate.js';
import { type AnyGate, gateOf } from '../../../../contracts/gates/gate-of.js';
import { GATES, type GateKind } from '../../../../contracts/gates/index.js';
import { BINARY } from '../../../../contracts/problems/index.js';
import { GateSpec } from '../../../../contracts/spec/evaluation.js';
import { anEvaluation } from '../../../support/fixtures.js';

/** Gates as a model file has them. A kind that is added brings a test of its own. */
const EXAMPLES: Partial<Record<GateKind, z.input<typeof GateSpec>>> = {
  atLeast: { name: 'good', metric: 'roc_auc', atLeast: 0.7 },
  atMost: { name: 'sharp', metric: 'log_loss', atMost: 0.4 },
  improvesBy: { name: 'better', metric: 'log_loss', improvesBy: 0 },
  latencyP99Ms: { name: 'fast', latencyP99Ms: 5 },
  worsensAtMost: { name: 'fair', slices: 'all', metric: 'log_loss', worsensAtMost: 0.01 },
};

it.each(Object.values(GATES))('$name says what it judges and when it passes', ({ summary, rule }) => {
  expect(summary).toMatch(/^[a-z].{10,}[^.]$/);
  expect(rule).toMatch(/^[a-z0-9].{10,}[^.]$/);
});

describe.each(Object.entries(EXAMPLES))('a gate with the key %s', (kind, example) => {
  const gate: AnyGate = GateSpec.parse(example);

  it('is of the kind of that name, and refuses unless the file says otherwise', () => {
    expect(gateOf(gate)).toBe(GATES[kind as GateKind]);
    expect(gate.onFail).toBe('refuse');
  });

  it('does not pass when its figures are missing', () => {
    const { evidence } = anEvaluation();
    const champion = { version: 1, model: evidence.candidate.model };
    const empty = { candidate: {}, champion: {} };
    const bare = {
      ...evidence,
      champion,
      metrics: empty,
      intervals: {},
      paired: [],
      slices: [],
      latencyP99Ms: NaN,
    };
    const { met, reason } = gateOf(gate).judge(gate, { evidence: bare, problem: BINARY, minSliceRows: 1 });
    expect(met).toBe(false);
    expect(reason.length).toBeGreaterThan(10);
  });
});

it('a gate of no known kind is refused and does not pass', () => {
  expect(() => gateOf({ name: 'odd', neverSeen: 1 } as never)).toThrow(/no kind of gate has the fields/);
});

it('a kind without implementation does not compile', () => {
  const near = { name: 'near', summary: 'near', rule: 'near', form: gateForm({ near: z.number() }) };
  const needs = () => ({});
  const judge = () => ({ met: true, reason: '' });
  expect(defineGate({ ...near, needs, judge }).name).toBe('near');
  // @ts-expect-error a gate that judges nothing
  defineGate({ ...near, needs });
  // @ts-expect-error a gate that does not say what it needs from the evaluation
  defineGate({ ...near, judge });
  // @ts-expect-error a judgement without a reason
  defineGate({ ...near, needs, judge: () => ({ met: true }) });
  // @ts-expect-error a gate that nobody can read about
  defineGate({ name: 'near', form: near.form, needs, judge });
  // @ts-expect-error a gate without a form in the model file
  defineGate({ name: 'near', summary: 'near', rule: 'near', needs, judge });
  // @ts-expect-error a kind that is not in the generated index
  expect(GATES.near).toBeUndefined();
});
