import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

/** An address that a process listens on, e.g. `127.0.0.1:5433`. */
function addressOf(hex: string): string {
  const [host = '', port = ''] = hex.split(':');
  const bytes = host.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  const ip = bytes.length === 4 ? bytes.reverse().join('.') : host;
  return `${ip}:${Number.parseInt(port, 16)}`;
}

function socketsOf(pid: number): Set<string> {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  return new Set(inodes);
}

/** The TCP addresses that a process listens on. Linux only. */
export function listeningOf(pid: number): string[] {
  const own = socketsOf(pid);
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTEN && own.has(inode ?? ''))
      .map(([, local = '']) => addressOf(local)),
  );
}
