/**
 * Stands in for `node:buffer`.
 */
import * as host from "docker-shim:host"

type Encoding = "utf8" | "utf-8" | "latin1" | "binary" | "ascii" | "hex" | "base64" | "base64url"

/** Bytes with the conversions that Node's have. */
export class Buffer extends Uint8Array {
  static override from(
    source: string | ArrayBuffer | ArrayLike<unknown> | Iterable<unknown>,
    encodingOrOffset?: unknown,
    length?: unknown
  ): Buffer {
    if (typeof source === "string") return view(bytesOf(source, encodingOrOffset as Encoding | undefined))
    if (source instanceof ArrayBuffer) {
      return new Buffer(source, encodingOrOffset as number | undefined, length as number | undefined)
    }
    return view(Uint8Array.from(source as ArrayLike<number>))
  }

  static alloc(size: number, fill = 0): Buffer {
    return new Buffer(size).fill(fill)
  }

  static allocUnsafe(size: number): Buffer {
    return new Buffer(size)
  }

  static byteLength(text: string | ArrayBufferView): number {
    return typeof text === "string" ? host.encode(text).length : text.byteLength
  }

  static isBuffer(value: unknown): value is Buffer {
    return value instanceof Buffer
  }

  static concat(parts: ReadonlyArray<Uint8Array>, length?: number): Buffer {
    const whole = new Buffer(length ?? parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  static compare(one: Uint8Array, other: Uint8Array): number {
    for (let i = 0; i < Math.min(one.length, other.length); i += 1) {
      const difference = (one[i] ?? 0) - (other[i] ?? 0)
      if (difference !== 0) return Math.sign(difference)
    }
    return Math.sign(one.length - other.length)
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0
  }

  override subarray(start?: number, end?: number): Buffer {
    return view(super.subarray(start, end))
  }

  override slice(start?: number, end?: number): Buffer {
    return this.subarray(start, end)
  }

  copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - at))
    target.set(part, at)
    return part.length
  }

  override toString(encoding: Encoding = "utf8", start = 0, end = this.length): string {
    return textOf(this, encoding, start, end)
  }

  override includes(sought: number | string | Uint8Array, from?: number): boolean {
    return this.indexOf(sought, from) >= 0
  }

  override indexOf(sought: number | string | Uint8Array, from = 0): number {
    if (typeof sought === "number") return super.indexOf(sought, from)
    const bytes = typeof sought === "string" ? host.encode(sought) : sought
    for (let at = from; at + bytes.length <= this.length; at += 1) {
      if (bytes.every((byte, i) => this[at + i] === byte)) return at
    }
    return -1
  }

  readUInt32LE(at = 0): number {
    return new DataView(this.buffer, this.byteOffset).getUint32(at, true)
  }

  readUInt32BE(at = 0): number {
    return new DataView(this.buffer, this.byteOffset).getUint32(at)
  }

  readUInt16BE(at = 0): number {
    return new DataView(this.buffer, this.byteOffset).getUint16(at)
  }
}

/** The same bytes, as a Buffer. */
export const view = (bytes: Uint8Array): Buffer =>
  new Buffer(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)

/** The engine has a method for it, ES2026's, which is not among the types of this program's target. */
const hexOf = (bytes: Uint8Array): string => (bytes as Uint8Array & { readonly toHex: () => string }).toHex()

/** The bytes of a text in an encoding. */
export const bytesOf = (text: string, encoding: Encoding = "utf8"): Uint8Array => {
  switch (encoding) {
    case "utf8":
    case "utf-8":
      return host.encode(text)
    case "latin1":
    case "binary":
    case "ascii":
      return Uint8Array.from(text, (unit) => unit.charCodeAt(0))
    case "hex":
      return Uint8Array.from(
        { length: text.length >> 1 },
        (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16)
      )
    case "base64":
    case "base64url":
      return fromBase64(text)
  }
}

const textOf = (bytes: Uint8Array, encoding: Encoding, start: number, end: number): string => {
  switch (encoding) {
    case "utf8":
    case "utf-8":
      return host.decode(bytes, start, end)
    case "latin1":
    case "binary":
    case "ascii": {
      let text = ""
      for (let at = start; at < end; at += 4096) {
        text += String.fromCharCode(...Uint8Array.prototype.slice.call(bytes, at, Math.min(end, at + 4096)))
      }
      return text
    }
    case "hex":
      return hexOf(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))
    case "base64":
      return toBase64(bytes.subarray(start, end))
    case "base64url":
      return toBase64(bytes.subarray(start, end)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
  }
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

const toBase64 = (bytes: Uint8Array): string => {
  let text = ""
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] ?? 0) << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0)
    const four = [18, 12, 6, 0].map((by) => digits[group >> by & 63]).join("")
    text += four.slice(0, bytes.length - at + 1).padEnd(4, "=")
  }
  return text
}

const fromBase64 = (text: string): Uint8Array => {
  const values = text.replaceAll("-", "+").replaceAll("_", "/").split("").map((one) => digits.indexOf(one)).filter((
    one
  ) => one >= 0)
  const bytes = new Uint8Array(values.length * 3 >> 2)
  for (let at = 0; at < bytes.length; at += 1) {
    const bit = at * 8
    const group = (values[bit / 6 | 0] ?? 0) << 6 | (values[(bit / 6 | 0) + 1] ?? 0)
    bytes[at] = group >> 4 - bit % 6 & 255
  }
  return bytes
}

export default { Buffer }
