/**
 * A program for Linux that ends at once, with exit code 0, whatever its arguments: for images that hold nothing else, so
 * that it may need neither an interpreter nor a library. Nothing for other processors.
 */
export function tinyProgram(arch: string = process.arch): Buffer | undefined {
  const [machine, code] = CODE[arch] ?? [];
  if (machine === undefined || code === undefined) return undefined;
  const program = Buffer.alloc(HEADERS);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(program);
  program.writeUInt16LE(2, 16); // an executable
  program.writeUInt16LE(machine, 18);
  program.writeUInt32LE(1, 20);
  program.writeBigUInt64LE(ADDRESS + BigInt(HEADERS), 24); // where it begins
  program.writeBigUInt64LE(64n, 32); // where the one segment is described
  for (const [at, size] of [64, 56, 1].entries()) program.writeUInt16LE(size, 52 + 2 * at);
  program.writeUInt32LE(1, 64); // to be loaded
  program.writeUInt32LE(5, 68); // to be read and executed
  program.writeBigUInt64LE(ADDRESS, 80);
  program.writeBigUInt64LE(ADDRESS, 88);
  const size = BigInt(HEADERS + code.length);
  program.writeBigUInt64LE(size, 96);
  program.writeBigUInt64LE(size, 104);
  program.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([program, Buffer.from(code)]);
}

const HEADERS = 120;
const ADDRESS = 0x400000n;

/** The number of the processor in an ELF file, and its instructions for exit(0). */
const CODE: Readonly<Record<string, readonly [number, readonly number[]]>> = {
  x64: [62, [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]],
  arm64: [183, [0xa8, 0x0b, 0x80, 0xd2, 0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4]],
};
