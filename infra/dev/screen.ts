import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { PartState, PartStatus } from './supervise.js';

/** Output for people: lines, and on a terminal one live block below them with the health of every process. */
export interface Screen {
  print(line: string): void;
  /** `notice`: what is wrong with this machine; empty if nothing is. */
  watch(status: () => PartStatus[], notice?: () => string): void;
  close(): void;
}

const refreshMs = 1_000;

const paint: Record<PartState, (text: string) => string> = {
  starting: pc.yellow,
  running: pc.green,
  restarting: pc.red,
  stopping: pc.yellow,
  stopped: pc.dim,
};

export function openScreen(stream: NodeJS.WriteStream): Screen {
  if (!stream.isTTY) return openPlainScreen(stream);
  const update = createLogUpdate(stream, { showCursor: true });
  let status: () => PartStatus[] = () => [];
  let notice = (): string => '';
  const draw = (): void => update(block(status(), notice()));
  const timer = setInterval(draw, refreshMs);
  return {
    print: (line) => {
      update.clear();
      stream.write(`${line}\n`);
      draw();
    },
    watch: (next, nextNotice = notice) => {
      status = next;
      notice = nextNotice;
      draw();
    },
    close: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

/**
 * Output without a terminal: one line per process when it first answers. Later events are printed as lines anyway.
 */
function openPlainScreen(stream: NodeJS.WriteStream): Screen {
  const print = (line: string): void => void stream.write(`${line}\n`);
  let timer: NodeJS.Timeout | undefined;
  return {
    print,
    watch: (status) => {
      const answered = new Set<string>();
      const waiting = new Map<string, string>();
      clearInterval(timer);
      timer = setInterval(() => {
        for (const { name, state, pid, detail } of status()) {
          const [reason = ''] = detail.match(/^waits: .*/) ?? [];
          if (reason !== '' && reason !== waiting.get(name)) print(`${name} ${reason}`);
          waiting.set(name, reason);
          if (state !== 'running' || answered.has(name)) continue;
          answered.add(name);
          print(`${name} runs (pid ${pid})`);
        }
      }, refreshMs);
    },
    close: () => clearInterval(timer),
  };
}

function block(parts: PartStatus[], notice: string): string {
  if (parts.length === 0) return '';
  const rows = parts.map(({ name, state, pid, restarts, detail }) => {
    const times = restarts === 0 ? '' : `, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`;
    const what = [pid === undefined ? '' : `pid ${pid}${times}`, detail].filter(Boolean).join(', ');
    return `  ${name.padEnd(14)}${paint[state](state.padEnd(12))}${pc.dim(what)}`;
  });
  const wrong = notice === '' ? [] : ['', `  ${pc.red(notice)}`];
  return ['', ...rows, ...wrong, '', pc.dim('  Ctrl-C stops everything; runs go on at the next start.')].join(
    '\n',
  );
}
