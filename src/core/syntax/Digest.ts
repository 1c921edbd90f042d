/** Digests of texts. */
import { sha256 as hash } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The SHA-256 of a text in UTF-8, 64 hex digits. */
export const sha256 = (text: string): string => bytesToHex(hash(utf8ToBytes(text)))
