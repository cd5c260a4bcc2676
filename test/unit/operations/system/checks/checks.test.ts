import { describe, expect, it } from 'vitest';
import { clocksOf } from '../../../../../operations/system/checks/clocks.js';
import { confinementOf } from '../../../../../operations/system/checks/confinement.js';
import { lagOf } from '../../../../../operations/system/checks/lag.js';
import { versionsOf } from '../../../../../operations/system/checks/worker-versions.js';

const HOUR = 3_600_000;
const worker = {
  pool: 'training',
  host: 'one',
  pid: 7,
  version: '1.0.0',
  state: 'running',
  aheadMs: 0,
  silentMs: 1,
};

describe('clocks', () => {
  it('are right when every server agrees', () => {
    expect(clocksOf([{ server: 'PostgreSQL', aheadMs: 20 }])).toMatchObject({ verdict: 'ok' });
  });

  it('names each server that this machine differs from', () => {
    const found = clocksOf([
      { server: 'PostgreSQL', aheadMs: 5 },
      { server: 'Temporal', aheadMs: -HOUR },
    ]);
    expect(found).toMatchObject({ verdict: 'fail', detail: 'this machine is 1 hour behind Temporal' });
    expect(found.remedy).toContain('NTP');
  });

  it('says so when nobody tells the time', () => {
    expect(clocksOf([])).toMatchObject({ verdict: 'warn' });
  });
});

describe('waiting tasks', () => {
  const queue = { pool: 'data', pollers: 1, lastPollMs: 0, backlog: 3, backlogAgeMs: 90_000 };

  it('are named when the oldest waits for longer than a minute', () => {
    expect(lagOf([queue])).toMatchObject({
      verdict: 'warn',
      detail: 'data: 3 tasks wait, the oldest for 90 s',
    });
  });

  it('are nothing to speak of when their turn comes soon', () => {
    expect(lagOf([{ ...queue, backlogAgeMs: 5_000 }])).toMatchObject({ verdict: 'ok' });
  });
});

describe('worker versions', () => {
  it('names a worker of another version, with its machine and process', () => {
    const found = versionsOf([worker, { ...worker, pid: 8, version: '0.9.0' }], '1.0.0');
    expect(found).toMatchObject({ verdict: 'warn' });
    expect(found.detail).toContain('training on one (pid 8) is 0.9.0');
  });

  it('ignores a worker that is gone', () => {
    const gone = { ...worker, version: '0.9.0', silentMs: HOUR };
    expect(versionsOf([worker, gone], '1.0.0')).toMatchObject({ verdict: 'ok' });
  });
});

describe('confinement of trainers', () => {
  it('warns where nothing protects the engine', () => {
    expect(confinementOf(false, false, true)).toMatchObject({ verdict: 'warn' });
    expect(confinementOf(true, false, false)).toMatchObject({ verdict: 'warn' });
  });

  it('is satisfied with a user or a namespace of its own', () => {
    expect(confinementOf(true, false, true)).toMatchObject({ verdict: 'ok' });
    expect(confinementOf(false, true, false)).toMatchObject({ verdict: 'ok' });
  });
});
