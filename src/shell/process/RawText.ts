/**
 * Keeps words, variables and paths with bytes that are not UTF-8, such as `café` in Latin 1. Node replaces each such byte by
 * U+FFFD, both when it reads them and when it passes them on. This module turns them into lone surrogates U+DC80 to U+DCFF, and
 * back (like Python's `surrogateescape`, PEP 383).
 *
 * **Gotchas**
 *
 * Names of variables, and the file of the real program, are not handled. A program that is started through the shell gets no
 * variables whose names a shell does not allow.
 */
import * as fs from "node:fs"
import { attempt } from "../files/Attempt.ts"
import type { Command } from "./ChildProcess.ts"

/** Whether a text contains bytes that are not UTF-8. */
const isRaw = (text: string): boolean => lone.test(text)

/** The words and variables that the shim was called with, including such bytes. Looks no further if Node replaced none. */
export const given = (
  argv: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): { readonly argv: ReadonlyArray<string>; readonly env: NodeJS.ProcessEnv } => ({
  argv: argv.some(isReplaced) ? records("/proc/self/cmdline").slice(-argv.length) : argv,
  env: Object.values(env).some((value) => value !== undefined && isReplaced(value)) ? givenEnv(env) : env
})

/**
 * The program in a form that Node can start: a shell that restores the bytes and becomes the program. The program then sees its
 * file's name as its own name, instead of the one that the shim was called by.
 */
export const startable = <A extends Command>(program: A): A => {
  const variables = Object.entries(program.env).filter(([, value]) => value !== undefined && isRaw(value))
  if (variables.length === 0 && !program.args.some(isRaw)) return program
  const words = [
    ...variables.map(([name, value]) => `e${escape(`${name}=${value ?? ""}`)}`),
    ...[program.file, ...program.args].map((word) => isRaw(word) ? `r${escape(word)}` : `p${word}`)
  ]
  return { ...program, file: "/bin/sh", argv0: "sh", args: ["-c", script, "sh", ...words] }
}

/** A path for calls of `node:fs`. */
export const path = (text: string): string | Buffer => isRaw(text) ? encode(text) : text

/** The text for bytes, such as those of a path. */
export const decode = (bytes: Buffer): string => {
  const text = bytes.toString()
  if (!isReplaced(text)) return text
  let decoded = ""
  for (let at = 0; at < bytes.length;) {
    const one = sequenceAt(bytes, at)
    decoded += one ?? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    at += one === undefined ? 1 : Buffer.byteLength(one)
  }
  return decoded
}

/** The bytes of a text. */
const encode = (text: string): Buffer =>
  Buffer.concat(
    text.split(each).map((part) => isRaw(part) ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part))
  )

const lone = /(?<![\ud800-\udbff])[\udc80-\udcff]/

const each = /((?<![\ud800-\udbff])[\udc80-\udcff])/

/** Takes each word from the front, and appends it in its final form. */
const script = `for docker_shim_word do
  shift
  case $docker_shim_word in
    p*) set -- "$@" "\${docker_shim_word#p}" ;;
    *)
      docker_shim_text=$(printf '%bx' "\${docker_shim_word#?}")
      case $docker_shim_word in
        e*) export "\${docker_shim_text%x}" ;;
        *) set -- "$@" "\${docker_shim_text%x}" ;;
      esac ;;
  esac
done
unset docker_shim_word docker_shim_text
exec "$@"`

/** As `printf %b` reads it, in octal if there could be any doubt. */
const escape = (text: string): string =>
  Array.from(
    encode(text),
    (byte) =>
      /[\w/=.,:-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `\\0${byte.toString(8).padStart(3, "0")}`
  )
    .join("")

const isReplaced = (text: string): boolean => text.includes("\ufffd")

/** The character of one to four bytes that begins there; `undefined` if there is none. */
const sequenceAt = (bytes: Buffer, at: number): string | undefined => {
  for (let length = 1; length <= 4; length += 1) {
    const part = bytes.subarray(at, at + length)
    const text = part.toString()
    if (Buffer.from(text).equals(part)) return text
  }
  return undefined
}

/** The texts of a kernel file, each ended by a zero byte; none if there is no such file. */
const records = (file: string): ReadonlyArray<string> =>
  attempt(() => decode(fs.readFileSync(file)).split("\0").slice(0, -1)) ?? []

const givenEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const given: NodeJS.ProcessEnv = { ...env }
  for (const record of records("/proc/self/environ")) {
    const at = record.indexOf("=")
    const name = record.slice(0, at)
    const value = record.slice(at + 1)
    if (isRaw(value) && env[name] !== undefined) given[name] = value
  }
  return given
}
