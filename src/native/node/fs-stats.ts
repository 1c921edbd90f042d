/**
 * What `node:fs` says of a file.
 */
import type { Status } from "docker-shim:host"

/** `S_IFMT` and the kinds of files: uapi/linux/stat.h. */
const kindMask = 0o170000

/**
 * The status of a file, with numbers or, as Node's `bigint: true`, with bigints.
 *
 * @category models
 * @since 0.1.0
 */
export class Stats {
  readonly #status: Status
  readonly #convert: (value: number | bigint) => number | bigint

  private constructor(status: Status, convert: (value: number | bigint) => number | bigint) {
    this.#status = status
    this.#convert = convert
  }

  static of(status: Status, bigint: boolean): Stats {
    return new Stats(status, bigint ? BigInt : Number)
  }

  get dev() {
    return this.#convert(this.#status[0])
  }

  get ino() {
    return this.#convert(this.#status[1])
  }

  get mode() {
    return this.#convert(this.#status[2])
  }

  get nlink() {
    return this.#convert(this.#status[3])
  }

  get uid() {
    return this.#convert(this.#status[4])
  }

  get gid() {
    return this.#convert(this.#status[5])
  }

  get rdev() {
    return this.#convert(this.#status[6])
  }

  get size() {
    return this.#convert(this.#status[7])
  }

  get blksize() {
    return this.#convert(this.#status[8])
  }

  get blocks() {
    return this.#convert(this.#status[9])
  }

  get atimeMs() {
    return this.#milliseconds(10)
  }

  get mtimeMs() {
    return this.#milliseconds(12)
  }

  get ctimeMs() {
    return this.#milliseconds(14)
  }

  get birthtimeMs() {
    return this.#milliseconds(14)
  }

  get atimeNs() {
    return this.#nanoseconds(10)
  }

  get mtimeNs() {
    return this.#nanoseconds(12)
  }

  get ctimeNs() {
    return this.#nanoseconds(14)
  }

  get atime() {
    return new Date(Number(this.atimeMs))
  }

  get mtime() {
    return new Date(Number(this.mtimeMs))
  }

  get ctime() {
    return new Date(Number(this.ctimeMs))
  }

  get birthtime() {
    return this.ctime
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

  isBlockDevice() {
    return this.#is(0o060000)
  }

  #is(kind: number): boolean {
    return (this.#status[2] & kindMask) === kind
  }

  #milliseconds(at: 10 | 12 | 14): number | bigint {
    const milliseconds = this.#status[at] * 1000 + (this.#status[at + 1] as number) / 1e6
    return this.#convert === BigInt ? BigInt(Math.floor(milliseconds)) : milliseconds
  }

  #nanoseconds(at: 10 | 12 | 14): bigint {
    return BigInt(this.#status[at]) * 1_000_000_000n + BigInt(this.#status[at + 1] as number)
  }
}
