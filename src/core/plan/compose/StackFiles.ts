/**
 * Translates the paths that the daemon opens in the files of `docker stack deploy`.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as FileList from "../../compose/FileList.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as ModelPaths from "./ModelPaths.ts"

/** Stands in a plan for the path of the override file. */
export const placeholder = "@docker-shim/stack-override@"

/**
 * The tokens of `stack deploy`, with one more `--compose-file` after the user's where a path changes.
 *
 * **Details**
 *
 * `docker stack config` prints the stack; it resolves paths against the file's directory, as `deploy` does. docker 20.10 does
 * not have it, and nothing is translated there. Binds of services are replaced by their target, volumes as a whole (docker/cli
 * 28.5.2 and 26.1.5, `cli/compose/loader/merge.go`; run). Files of secrets and configs are read by docker itself
 * (`cli/compose/convert/compose.go`), and devices are left out of services.
 */
export const translate = (
  line: CommandLine,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> =>
  Planning.run(function*() {
    const { settings } = situation
    const { globals, tokens } = line
    const files = Argv.values(tokens, "compose-file")
    const leave = (why: string): Planning.Planning<ReadonlyArray<Argv.Token>> =>
      Planning.of(tokens, { leftAlone: files.map((value) => ({ what: "--compose-file", value, why })) })
    if (!SourceTranslation.mapsPaths(settings) || files.length === 0) {
      return yield* leave(SourceTranslation.whyUnmapped(settings))
    }
    const descriptors = FileList.descriptorsOf(files.flatMap((file) => file.split(",")))
    const question = { _tag: "StackModel", globals: Argv.print(globals), files, descriptors } as const
    const answer = yield* Planning.ask(situation, question)
    yield* Planning.gain({ input: answer.input })
    if (answer._tag === "Refused") return yield* leave("docker stack config refuses it, or is not there")
    const config = escaped(answer.config)
    const model = translatable(ComposeModel.decode(config))
    const additions = yield* ModelPaths.translate(model, situation)
    if (additions.length === 0) return yield* leave("no path in it is another one for the daemon")
    const override = ComposeOverride.fromAdditions(withWholeVolumes(additions, model))
    const content = ComposeOverride.print(override, { version: JsonObject.text(config, "version") })
    const behind = tokens.map((token) => Argv.has([token], "compose-file")).lastIndexOf(true) + 1
    return yield* Planning.of([...tokens.slice(0, behind), option, ...tokens.slice(behind)], {
      files: [{ _tag: "Override", placeholder, content }]
    })
  })

const option = Argv.option("compose-file", placeholder)

/** As it would stand in a file: `stack config` has taken `$$` back to `$`, and `deploy` will do so once more. */
const escaped = (value: unknown): unknown => {
  if (typeof value === "string") return ComposeModel.escape(value)
  if (Array.isArray(value)) return value.map(escaped)
  return typeof value === "object" && value !== null
    ? Object.fromEntries(JsonObject.entries(value).map(([name, field]) => [name, escaped(field)]))
    : value
}

const translatable = (model: ComposeModel.ComposeModel): ComposeModel.ComposeModel => ({
  ...model,
  services: model.services.map(({ fields, name }) => ({
    name,
    fields: { volumes: JsonObject.list(fields, "volumes") }
  })),
  secrets: [],
  configs: []
})

const withWholeVolumes = (
  additions: ReadonlyArray<ComposeOverride.Addition>,
  model: ComposeModel.ComposeModel
): ReadonlyArray<ComposeOverride.Addition> => {
  const volumes = new Map(model.volumes.map((volume) => [volume.name, volume.fields]))
  return additions.map((addition) => {
    if (addition.section !== "volumes") return addition
    const whole = volumes.get(addition.name)
    const driverOptions = {
      ...JsonObject.fields(JsonObject.field(whole, "driver_opts")),
      ...JsonObject.fields(addition.fields["driver_opts"])
    }
    return { ...addition, fields: { ...JsonObject.fields(whole), driver_opts: driverOptions } }
  })
}
