/** A version by SemVer 2.0.0 (semver.org), taken apart. Numbers stay text: they have no upper bound. */
interface Version {
  readonly core: readonly string[];
  /** Empty for a release. */
  readonly prerelease: readonly string[];
}

/**
 * Tells what is wrong with a version by SemVer 2.0.0, or undefined if nothing is. Helm itself takes more (a leading v,
 * `1.2`), but then the same version can be written in several ways, and an index could hold it twice.
 */
export function problemOfVersion(version: string): string | undefined {
  if (parse(version) !== undefined) return undefined;
  if (/^v\d/.test(version)) return `starts with v: write ${version.slice(1)}`;
  return "is not a SemVer version: write MAJOR.MINOR.PATCH without leading zeros, e.g. 1.4.0 or 1.4.0-rc.1";
}

/**
 * Precedence of two valid versions by SemVer 2.0.0, section 11: negative if `a` is older. Versions that differ in build
 * metadata only, which have the same precedence, are ordered by text to keep the order stable.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseSure(a), parseSure(b)];
  return compareLists(left.core, right.core) || comparePrerelease(left.prerelease, right.prerelease) || compareText(a, b);
}

function parse(version: string): Version | undefined {
  const number = "(?:0|[1-9][0-9]*)";
  const identifier = `(?:${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
  const pattern = new RegExp(
    `^(${number})\\.(${number})\\.(${number})(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
  );
  const [match, major = "", minor = "", patch = "", prerelease] = pattern.exec(version) ?? [];
  return match === undefined ? undefined : { core: [major, minor, patch], prerelease: prerelease?.split(".") ?? [] };
}

function parseSure(version: string): Version {
  const parsed = parse(version);
  if (parsed === undefined) throw new Error(`${version}: not a version`);
  return parsed;
}

/** A release is newer than all of its pre-releases. */
function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  return compareLists(a, b);
}

/** By the first identifiers that differ; where one list continues the other, the longer is newer. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and before words; words by ASCII. */
function compareIdentifiers(a: string, b: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (leftIsNumber && rightIsNumber) return a.length - b.length || compareText(a, b);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
