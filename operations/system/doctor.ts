import { z } from 'zod';
import { defineOperation } from '../operation.js';
import { DoctorCheck, run } from './checks/check.js';
import { checks } from './checks/index.js';

export { DoctorCheck };

export const Diagnosis = z.strictObject({ healthy: z.boolean(), findings: z.array(DoctorCheck) });
export type Diagnosis = z.infer<typeof Diagnosis>;

export const doctor = defineOperation({
  name: 'system.doctor',
  summary: 'Check everything that Mainspring depends on, with a remedy for each fault; changes nothing',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({
    deep: z
      .boolean()
      .default(false)
      .describe('True: also compare what the stores hold, which reads much. Default: false.'),
  }),
  output: Diagnosis,
  http: { method: 'GET', path: '/v1/doctor' },
  run: async (services, { deep }): Promise<Diagnosis> => {
    const wanted = checks.filter(({ isDeep }) => deep || isDeep !== true);
    const findings = await Promise.all(wanted.map((check) => run(check, services)));
    return { healthy: findings.every(({ verdict }) => verdict !== 'fail'), findings };
  },
});
