import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from '../../infra/code.js';

export interface Packed {
  tarball: string;
  bytes: number;
  unpackedBytes: number;
  /** Paths in the tarball. */
  files: string[];
}

export interface Installed {
  /** A folder that holds only the package and its dependencies. */
  folder: string;
  packed: Packed;
  /** Names of all installed packages. */
  packages: string[];
  mebibytes: number;
}

/** Build and pack a package of this repository. `workspace`: its name; default: the engine. */
async function pack(destination: string, workspace?: string): Promise<Packed> {
  const args = ['pack', '--json', '--pack-destination', destination];
  const { stdout } = await execa(
    'npm',
    workspace === undefined ? args : [...args, '--workspace', workspace],
    {
      cwd: root,
    },
  );
  // npm prints the output of the build before the JSON.
  const [{ filename, size, unpackedSize, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  return {
    tarball: join(destination, filename),
    bytes: size,
    unpackedBytes: unpackedSize,
    files: files.map(({ path }) => path),
  };
}

/** Pack a package and install it into an empty folder, as its users do. */
export async function installPacked(workspace?: string): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-package-'));
  const packed = await pack(folder, workspace);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await execa(
    'npm',
    ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball],
    {
      cwd: folder,
    },
  );
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  const { stdout } = await execa('du', ['-sk', join(folder, 'node_modules')]);
  return {
    folder,
    packed,
    packages: Object.keys(lock.packages).flatMap((path) => path.split('node_modules/').at(-1) || []),
    mebibytes: Number.parseInt(stdout, 10) / 1024,
  };
}
