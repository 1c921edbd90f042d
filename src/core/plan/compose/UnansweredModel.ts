/** Reports that the shim left a project alone because Compose printed no model of it, although the user's command succeeded. */
import * as Facts from "../../facts/Facts.ts"

/**
 * The line for a command that succeeded although Compose had refused to print its project. None where Compose gave the
 * model, or where the shim did not ask.
 */
export const notices = (facts: Facts.Facts): ReadonlyArray<string> =>
  Facts.all(facts, "ComposeModel").flatMap(({ answer, question }) => {
    // lists of files that the shim only tries are in COMPOSE_FILE
    if (answer._tag === "Model" || answer.why === undefined || question.env["COMPOSE_FILE"] !== undefined) return []
    const left = question.profiles === "all"
      ? "paths were not translated and its builds did not share the cache"
      : "name was not changed"
    return [`the project's ${left}: 'docker compose config' failed, although this command did not (${answer.why})`]
  }).slice(0, 1)
