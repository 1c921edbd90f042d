/** Asks the user before something that cannot be undone. */
import * as fs from "node:fs"
import { isatty } from "node:tty"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Reporter from "../fast-path/Reporter.ts"

/** An answer that matters is a letter or a word. */
const longestAnswer = 64

/**
 * Asks on standard error; whether the answer on standard input is `y` or `Y`, as for docker (docker/cli 28.5,
 * `internal/prompt`). No input means no.
 */
export const ask = (question: string): boolean => {
  fs.writeSync(2, Reporter.fitted(Printable.lines(question)))
  const answer = read()
  // a terminal shows the line break that ends an answer
  if (!isatty(0) || !answer.endsWith("\n")) fs.writeSync(2, "\n")
  return /^y$/i.test(answer.trim())
}

/** One line, a byte at a time: what follows it is another program's. */
const read = (): string => {
  const byte = new Uint8Array(1)
  let line = ""
  try {
    while (line.length < longestAnswer && fs.readSync(0, byte, 0, 1, null) === 1) {
      line += String.fromCharCode(byte[0] ?? 0)
      if (line.endsWith("\n")) break
    }
  } catch {
    // standard input that is closed or cannot be read gives no answer
  }
  return line
}
