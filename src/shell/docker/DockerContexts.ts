/**
 * Reads the contexts in docker's configuration directory.
 */
import * as fs from "node:fs"
import * as Digest from "../../core/syntax/Digest.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"

/**
 * The endpoint of a context, such as `ssh://other`; `undefined` if the context does not exist or cannot be read, which docker
 * reports.
 *
 * **Details**
 *
 * It is in `contexts/meta/<SHA-256 of its name>/meta.json` (docker/cli 28.5.2, `cli/context/store/metadatastore.go`).
 */
export const host = (directory: string, name: string): string | undefined => {
  const file = `${directory}/contexts/meta/${Digest.sha256(name)}/meta.json`
  const meta = JsonObject.parse(attempt(() => fs.readFileSync(file, "utf8")) ?? "")
  return JsonObject.text(JsonObject.field(JsonObject.field(meta, "Endpoints"), "docker"), "Host")
}
