/**
 * What `node:fs` says of a file.
 */
import { mode, status } from "../system/Structure.ts"

/** `S_IFMT` and the kinds of files: uapi/linux/stat.h. */
const kindMask = 0o170000

/** The status of a file, with numbers or, as Node's `bigint: true`, with bigints. */
export class Stats {
  readonly #bytes: Uint8Array
  readonly #convert: (value: number | bigint) => number | bigint

  private constructor(bytes: Uint8Array, convert: (value: number | bigint) => number | bigint) {
    this.#bytes = bytes
    this.#convert = convert
  }

  static of(bytes: Uint8Array, bigint: boolean): Stats {
    return new Stats(bytes, bigint ? BigInt : Number)
  }

  get dev() {
    return this.#long(status.dev)
  }

  get ino() {
    return this.#long(status.ino)
  }

  get mode() {
    return this.#int(status.mode)
  }

  get uid() {
    return this.#int(status.uid)
  }

  get gid() {
    return this.#int(status.gid)
  }

  get rdev() {
    return this.#long(status.rdev)
  }

  get size() {
    return this.#long(status.size)
  }

  get blocks() {
    return this.#long(status.blocks)
  }

  get atimeMs() {
    return this.#milliseconds(status.atime)
  }

  get mtimeMs() {
    return this.#milliseconds(status.mtime)
  }

  get ctimeMs() {
    return this.#milliseconds(status.ctime)
  }

  get mtimeNs() {
    return this.#nanoseconds(status.mtime)
  }

  get ctimeNs() {
    return this.#nanoseconds(status.ctime)
  }

  get mtime() {
    return new Date(Number(this.mtimeMs))
  }

  isFile() {
    return this.#is(0o100000)
  }

  isDirectory() {
    return this.#is(0o040000)
  }

  isSymbolicLink() {
    return this.#is(0o120000)
  }

  isSocket() {
    return this.#is(0o140000)
  }

  isFIFO() {
    return this.#is(0o010000)
  }

  isCharacterDevice() {
    return this.#is(0o020000)
  }

  /** Made only when needed: most callers ask only for the kind of file. */
  get #view(): DataView {
    return new DataView(this.#bytes.buffer)
  }

  #is(kind: number): boolean {
    return (mode(this.#bytes) & kindMask) === kind
  }

  #int(at: number): number | bigint {
    return this.#convert(this.#view.getUint32(at, true))
  }

  #long(at: number): number | bigint {
    return this.#convert(this.#view.getBigInt64(at, true))
  }

  #nanoseconds(at: number): bigint {
    return this.#view.getBigInt64(at, true) * 1_000_000_000n + this.#view.getBigInt64(at + 8, true)
  }

  #milliseconds(at: number): number | bigint {
    if (this.#convert === BigInt) return this.#nanoseconds(at) / 1_000_000n
    return Number(this.#view.getBigInt64(at, true)) * 1000 + Number(this.#view.getBigInt64(at + 8, true)) / 1e6
  }
}
