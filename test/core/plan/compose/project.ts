/**
 * A Compose project for tests, as Compose and the file system answer for it.
 */
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import type * as Question from "../../../../src/core/facts/Question.ts"
import { overridesOf, plan, type Table } from "../table.ts"

export const placeholder = "@docker-shim/compose-override@"

export const workspace = { WORKSPACE_DIR: "/data/workspaces/ses1" }

export const files = (more: Partial<ComposeFiles> = {}): ComposeFiles => ({
  files: ["/home/retro/work/compose.yaml"],
  directory: "/home/retro/work",
  name: { _tag: "None" },
  settings: [],
  isChoice: false,
  ...more
})

export const model = (
  services: Readonly<Record<string, unknown>>,
  more: object = {}
): Question.Answers["ComposeModel"] => ({
  _tag: "Model",
  config: { name: "work", services, ...more },
  input: []
})

export const bind = (source: string, more: object = {}) => ({ type: "bind", source, target: "/app", ...more })

export const web = (fields: object, more: object = {}): Table => ({
  env: workspace,
  cwd: "/home/retro/work",
  files: files(),
  model: model({ web: fields }, more)
})

export const override = (words: string, table: Table): unknown => {
  const [file] = overridesOf(plan(words, table).plan)
  return file === undefined ? undefined : JSON.parse(file.content)
}
