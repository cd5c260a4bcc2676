import { approvals } from './approvals.js';
import { budget } from './budget.js';
import { cancel } from './cancel.js';
import type { Command } from './command.js';
import { doctor } from './doctor.js';
import { down } from './down.js';
import { fail } from './fail.js';
import { jobs } from './jobs.js';
import { list } from './list.js';
import { logs } from './logs.js';
import { model } from './model.js';
import { models } from './models.js';
import { monitor } from './monitor.js';
import { pool } from './pool.js';
import { pools } from './pools.js';
import { predict } from './predict.js';
import { reap } from './reap.js';
import { report } from './report.js';
import { retries } from './retries.js';
import { retry } from './retry.js';
import { spec } from './spec.js';
import { start } from './start.js';
import { status } from './status.js';
import { storage } from './storage.js';
import { study } from './study.js';
import { trigger } from './trigger.js';
import { triggers } from './triggers.js';
import { up } from './up.js';
import { approve, reject } from './vote.js';
import { watch } from './watch.js';

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  up,
  down,
  start,
  list,
  status,
  watch,
  approvals,
  approve,
  reject,
  cancel,
  retries,
  retry,
  fail,
  study,
  models,
  model,
  predict,
  monitor,
  triggers,
  trigger,
  report,
  jobs,
  logs,
  reap,
  budget,
  pools,
  pool,
  storage,
  spec,
  doctor,
];
