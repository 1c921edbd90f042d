/**
 * Stands in for `@effect/platform-node/NodeContext`: what `@effect/cli` asks for, without Node's streams and workers.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import { encode } from "docker-shim:host"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Files from "../system/Files.ts"

const terminal = Terminal.Terminal.of({
  columns: Effect.sync(() => Files.windowSize(1)?.[0] ?? 80),
  rows: Effect.sync(() => Files.windowSize(1)?.[1] ?? 24),
  isTTY: Effect.sync(() => Files.isatty(0) && Files.isatty(1)),
  // `@effect/cli` never prompts here
  readInput: Effect.dieMessage("no input is read"),
  readLine: Effect.fail(new Terminal.QuitException()),
  display: (text) =>
    Effect.sync(() => {
      Files.writeAll(1, encode(text))
    })
})

/** Terminal and paths. For files, only whether they exist. */
export const layer: Layer.Layer<FileSystem.FileSystem | Path.Path | Terminal.Terminal> = Layer.mergeAll(
  FileSystem.layerNoop({
    exists: (path) => Effect.sync(() => Files.stat(path, true, false) !== undefined)
  }),
  Path.layer,
  Layer.succeed(Terminal.Terminal, terminal)
)
