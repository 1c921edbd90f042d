/**
 * Reads a Dockerfile into its instructions, as BuildKit's parser does (buildkit 0.25, `frontend/dockerfile/parser`).
 */
import * as BuilderFlags from "./BuilderFlags.ts"
import * as Heredoc from "./Heredoc.ts"

/**
 * One instruction, such as `RUN --mount=type=cache,target=/c make all`.
 *
 * - `name`: in upper case; `flags`: the words that begin with `--`, without their quotes;
 * - `text`: what follows the flags, continuation lines joined;
 * - `heredocs`: the contents of its here-documents, in order.
 */
export interface Instruction {
  readonly name: string
  readonly flags: ReadonlyArray<string>
  readonly text: string
  readonly heredocs: ReadonlyArray<string>
}

/** The instructions of a Dockerfile, and its directives, such as `syntax` in `# syntax=docker/dockerfile:1`. */
export interface Dockerfile {
  readonly directives: ReadonlyMap<string, string>
  readonly instructions: ReadonlyArray<Instruction>
}

/** Dockerfiles are some kilobytes; one of more characters is not read. */
export const longest = 256 * 1024

/** Reads a text such as `FROM bb\nRUN true`; `undefined` if BuildKit would refuse it, or where it is longer than `longest`. */
export const parse = (text: string): Dockerfile | undefined => {
  if (text.length > longest) return undefined
  const lines = text.replace(/^\uFEFF/, "").split("\n").map((line) => line.replace(/\r$/, ""))
  const { directives, first } = readDirectives(lines)
  const escape = directives.get("escape") ?? "\\"
  if (escape !== "\\" && escape !== "`") return undefined
  const instructions: Array<Instruction> = []
  let at = first
  while (at < lines.length) {
    const { line, next } = readLine(lines, at, escape)
    at = next
    if (line === "") continue
    const found = readInstruction(line, escape)
    if (found === undefined) return undefined
    const documents = Heredoc.read(found, lines, at)
    if (documents === undefined) return undefined
    at = documents.next
    instructions.push({ ...found, heredocs: documents.contents })
  }
  return { directives, instructions }
}

const directive = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/

const readDirectives = (
  lines: ReadonlyArray<string>
): { readonly directives: ReadonlyMap<string, string>; readonly first: number } => {
  const directives = new Map<string, string>()
  // a line such as `#!/usr/bin/env docker` may come before them
  let at = lines[0]?.startsWith("#!") === true ? 1 : 0
  for (; at < lines.length; at += 1) {
    const [, name, value] = directive.exec((lines[at] ?? "").trimStart()) ?? []
    if (name === undefined || value === undefined || directives.has(name.toLowerCase())) break
    directives.set(name.toLowerCase(), value)
  }
  return { directives, first: at }
}

/** A line with those that continue it; comments and empty lines in between do not end it. */
const readLine = (
  lines: ReadonlyArray<string>,
  start: number,
  escape: string
): { readonly line: string; readonly next: number } => {
  const parts: Array<string> = []
  let at = start
  let continues = true
  while (continues && at < lines.length) {
    const line = lines[at] ?? ""
    at += 1
    const bare = line.trim()
    if (bare.startsWith("#") || bare === "") {
      if (parts.length === 0) break
      continue
    }
    const end = continuation(line, escape)
    continues = end !== undefined
    parts.push(end === undefined ? line : line.slice(0, end))
  }
  return { line: parts.join("").trim(), next: at }
}

/** Where the escape character is that continues a line: the last one, not escaped itself. */
const continuation = (line: string, escape: string): number | undefined => {
  const end = line.replace(/[ \t]+$/, "").length - 1
  return end >= 0 && line.charAt(end) === escape && line.charAt(end - 1) !== escape ? end : undefined
}

const readInstruction = (line: string, escape: string): Omit<Instruction, "heredocs"> | undefined => {
  const [, name, rest] = /^([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(line) ?? []
  if (name === undefined) return undefined
  const { flags, text } = BuilderFlags.parse(rest ?? "", escape)
  return { name: name.toUpperCase(), flags, text }
}
