/** Largest size of the files in which a statement that needs more than its memory keeps the rest. */
export const MAX_SPILL = '20GB';

/** Settings of a DuckDB in memory that reads local files and nothing else. */
export const settingsOf = ({
  threads,
  memory,
  folder,
}: {
  threads: number;
  memory: string;
  folder: string;
}): Record<string, string> => ({
  threads: String(threads),
  memory_limit: memory,
  temp_directory: folder,
  max_temp_directory_size: MAX_SPILL,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
});
