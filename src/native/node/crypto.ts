/**
 * Stands in for `node:crypto`: SHA-256 and random bytes.
 */
import * as host from "docker-shim:host"
import { fillRandom } from "../system/Processes.ts"
import { Buffer, bytesOf, view } from "./buffer.ts"

/** A hash that is being computed. */
export class Hash {
  readonly #state = new Uint8Array(128)

  update(data: string | Uint8Array, encoding?: "utf8"): this {
    host.sha256(this.#state, typeof data === "string" ? bytesOf(data, encoding) : data)
    return this
  }

  write(data: string | Uint8Array): boolean {
    this.update(data)
    return true
  }

  end(): void {
    // A digest may be asked for at any time.
  }

  digest(): Buffer
  digest(encoding: "hex" | "base64" | "base64url"): string
  digest(encoding?: "hex" | "base64" | "base64url"): Buffer | string {
    const bytes = view(host.sha256(this.#state) ?? new Uint8Array(0))
    return encoding === undefined ? bytes : bytes.toString(encoding)
  }
}

export const createHash = (algorithm: string): Hash => {
  if (algorithm.toLowerCase().replace("-", "") !== "sha256") {
    throw new Error(`Digest method not supported: ${algorithm}`)
  }
  return new Hash()
}

export const hash = (algorithm: string, data: string | Uint8Array, encoding: "hex" | "base64" = "hex"): string =>
  createHash(algorithm).update(data).digest(encoding)

export const randomBytes = (size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  fillRandom(bytes)
  return bytes
}

export const randomUUID = (): string => {
  const bytes = randomBytes(16)
  bytes[6] = (bytes[6] ?? 0) & 0x0f | 0x40
  bytes[8] = (bytes[8] ?? 0) & 0x3f | 0x80
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

export const randomInt = (min: number, max?: number): number => {
  const [from, to] = max === undefined ? [0, min] : [min, max]
  return from + Math.floor(randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48 * (to - from))
}
