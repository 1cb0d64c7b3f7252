/** One file of an archive. */
export interface TarEntry {
  /** Printable ASCII with `/`, such that {@link splitPath} has an answer. */
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * A tar archive (POSIX ustar) of plain files, in the order given, that depends on nothing but paths and contents: every
 * file has mode 0644, owner 0 and the modification time `mtime`.
 */
export function tar(entries: readonly TarEntry[], mtime: Date): Uint8Array {
  const blocks = entries.flatMap((entry) => [header(entry, mtime), padded(entry.content)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

/**
 * A path as ustar stores it: at most 100 characters of name after at most 155 of prefix, cut at a `/`.
 *
 * @returns undefined if there is no such cut.
 */
export function splitPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  if (path.length <= nameLength) return { prefix: "", name: path };
  const cut = path.indexOf("/", path.length - nameLength - 1);
  if (cut < 1 || cut > prefixLength) return undefined;
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) };
}

const blockSize = 512;
const nameLength = 100;
const prefixLength = 155;

function header({ path, content }: TarEntry, mtime: Date): Uint8Array {
  const parts = splitPath(path);
  if (parts === undefined) throw new Error(`${path}: longer than ustar can store`);
  const block = Buffer.alloc(blockSize);
  block.write(parts.name, 0, "latin1");
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108); // uid
  block.write(octal(0, 7), 116); // gid
  block.write(octal(content.length, 11), 124);
  block.write(octal(mtime.getTime() / 1000, 11), 136);
  block.write(" ".repeat(8), 148); // The sum is taken with blanks in its own place.
  block.write("0", 156); // a plain file
  block.write("ustar\x0000", 257);
  block.write(octal(0, 7), 329); // device numbers
  block.write(octal(0, 7), 337);
  block.write(parts.prefix, 345, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function padded(content: Uint8Array): Uint8Array {
  return Buffer.concat([content], Math.ceil(content.length / blockSize) * blockSize);
}
