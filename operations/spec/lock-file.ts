/** Options of pip that say where packages come from, and nothing about their versions. */
const ALLOWED_OPTIONS =
  /^(--hash|--(extra-)?index-url|-i|--find-links|-f|--no-index|--trusted-host|--(no|only)-binary|--prefer-binary|--require-hashes|--pre|--use-feature)\b/;
const NAME = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\s*\[[^\]]*\])?`;
/** `name==1.2.3` or `name===text`: one version, and no wildcard. */
const PINNED = new RegExp(String.raw`^${NAME}\s*={2,3}\s*[^\s*,;=<>!~]+\s*(;.*)?$`);
/** A file at an address, by its content or by its commit. */
const BY_ADDRESS = new RegExp(
  String.raw`^(${NAME}\s*@\s*)?(https?://\S*#\S*sha256=[0-9a-f]{64}|git\+\S+@[0-9a-f]{40})(\S*)(\s*;.*)?$`,
);

/** The requirements of a lock file, one a line: without comments, and with continued lines joined. */
const requirementsOf = (text: string): { line: number; requirement: string }[] => {
  const found: { line: number; requirement: string }[] = [];
  let joined = '';
  let first = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (joined === '') first = index + 1;
    const isContinued = raw.endsWith('\\');
    joined += isContinued ? `${raw.slice(0, -1)} ` : raw;
    if (isContinued) continue;
    const requirement = joined.replace(/(^|\s)#.*$/, '').trim();
    if (requirement !== '') found.push({ line: first, requirement });
    joined = '';
  }
  return found;
};

const isExact = (requirement: string): boolean => {
  if (requirement.startsWith('-')) return ALLOWED_OPTIONS.test(requirement);
  const named = requirement.replaceAll(/\s+--hash[=\s]\S+/g, '').trim();
  return PINNED.test(named) || BY_ADDRESS.test(named);
};

/** The lines of a lock file that do not name one exact version each. */
export const unpinnedLines = (text: string): { line: number; requirement: string }[] =>
  requirementsOf(text).filter(({ requirement }) => !isExact(requirement));
