/**
 * Stands in for `@effect/platform-node/NodeContext`: what `@effect/cli` asks for, without Node's streams and workers.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as host from "docker-shim:host"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const terminal = Terminal.Terminal.of({
  columns: Effect.sync(() => host.windowSize(1)?.[0] ?? 80),
  rows: Effect.sync(() => host.windowSize(1)?.[1] ?? 24),
  isTTY: Effect.sync(() => host.isatty(0) && host.isatty(1)),
  // the shim asks nobody anything
  readInput: Effect.dieMessage("no input is read"),
  readLine: Effect.fail(new Terminal.QuitException()),
  display: (text) =>
    Effect.sync(() => {
      const bytes = host.encode(text)
      for (let at = 0; at < bytes.length;) at += host.write(1, bytes, at, bytes.length - at, -1)
    })
})

/**
 * Terminal and paths; of files only whether they are there.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<FileSystem.FileSystem | Path.Path | Terminal.Terminal> = Layer.mergeAll(
  FileSystem.layerNoop({
    exists: (path) => Effect.sync(() => host.stat(path, true, false) !== undefined)
  }),
  Path.layer,
  Layer.succeed(Terminal.Terminal, terminal)
)
