import { expect, it } from 'vitest';
import { jobSettings } from '../../../../workflows/policy/job-settings.js';
import { aPackedSpec } from '../../../support/fixtures.js';

it('takes the settings of a job from the spec, and counts its deadline from its start', () => {
  const training = { ...aPackedSpec().spec.training, deadline: '90m', seed: 7 };
  const settings = jobSettings(training, Date.parse('2001-02-01T00:00:00Z'));
  expect(settings).toMatchObject({ seed: 7, deadline: '2001-02-01T01:30:00.000Z' });
  expect(settings.resources).toBe(training.resources);
  expect(settings.retries).toBe(training.retries);
});
