/**
 * Colours YAML for a terminal.
 */
import { Lexer } from "yaml"
import * as Terminal from "./Terminal.ts"

/** YAML with its keys, strings, comments and marks dressed; the text itself stays as it is. */
export const print = (source: string, terminal: Terminal.Terminal): string => {
  if (!terminal.hasColor) return source
  const lexemes = [...new Lexer().lex(source)].filter((lexeme) => !controls.has(lexeme))
  return lexemes.map((lexeme, at) => {
    const look = lookOf(lexeme, lexemes.slice(at + 1))
    // each line by itself: a pager or `head` between lines leaves none half dressed
    return look === undefined
      ? lexeme
      : lexeme.split("\n").map((line) => Terminal.dress(terminal, look, line)).join("\n")
  }).join("")
}

/** What `Lexer` says between the lexemes of the source: start of a document, of a scalar, an error in flow. */
const controls: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"])

const marks = /^[-?:,[\]{}|>]$|^[|>][-+\d]+$/

const lookOf = (lexeme: string, following: ReadonlyArray<string>): Terminal.Look | undefined => {
  if (lexeme.trim() === "") return undefined
  if (lexeme.startsWith("#")) return "dim"
  if (marks.test(lexeme) || lexeme === "---") return "dim"
  if (/^[!&*]/.test(lexeme)) return "yellow"
  return following.find((one) => one.trim() !== "") === ":" && !lexeme.includes("\n") ? "cyan" : "green"
}
