/** Asks the session's daemon which of the files here it has, and where. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ContainerInspect from "../../core/builder/ContainerInspect.ts"
import type { Answer } from "../../core/facts/OwnMounts.ts"
import type { Env } from "../../core/Invocation.ts"
import * as MountTable from "../../core/paths/MountTable.ts"
import * as OwnMounts from "../../core/paths/OwnMounts.ts"
import * as FoundMappings from "../../core/plan/paths/FoundMappings.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as DaemonProcess from "../docker/DaemonProcess.ts"
import * as KnownMounts from "../docker/KnownMounts.ts"
import * as RealPaths from "../docker/RealPaths.ts"
import * as GatewayPresence from "../gateway/Presence.ts"
import type { EngineInfo } from "./EngineInfo.ts"

type Engine = Context.Tag.Service<EngineInfo>

/**
 * Asks, or finds the answer of an earlier command. Never fails: every problem is `Unknown`.
 *
 * **Details**
 *
 * A certain answer is remembered, by everything that it depends on: the socket as a file, and the mounts that this process
 * sees. A restarted daemon has another socket, another container has other mounts. If the answer is not certain, or a
 * gateway's, the shim asks each time.
 */
export const ask = (engine: Engine, socket: string, env: Env): Effect.Effect<Answer> =>
  Effect.suspend(() => {
    const seen = KnownMounts.look(socket)
    if (typeof seen === "string") return Effect.succeed(unknown(seen))
    const known = KnownMounts.read(seen, env)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.tap(
      find(engine, socket, seen),
      (answer) => Effect.sync(() => KnownMounts.write(seen, env, answer))
    )
  })

/**
 * The settings, with the mappings that were found, of a program that uses the daemon at this socket; planning settles them in
 * the same way.
 */
export const settle = (
  engine: Engine,
  settings: Settings,
  socket: string | undefined,
  env: Env
): Effect.Effect<ReturnType<typeof FoundMappings.apply> & { readonly answer?: Answer }> =>
  settings.auto === undefined
    ? Effect.succeed({ settings, notices: [] })
    : Effect.map(
      socket === undefined ? Effect.succeed(FoundMappings.noSocket) : ask(engine, socket, env),
      (answer) => ({ ...FoundMappings.apply(settings, answer), answer })
    )

const unknown = (why: string): Answer => ({ _tag: "Unknown", why })

const find = (engine: Engine, socket: string, { table }: KnownMounts.Seen): Effect.Effect<Answer> =>
  Effect.gen(function*() {
    const gateway = yield* engine.ask(socket, GatewayPresence.path)
    if (gateway._tag === "Silent") return unknown(gateway.why)
    const presence = gateway._tag === "Answered" ? GatewayPresence.decode(gateway.info) : undefined
    if (presence !== undefined) return { _tag: "Gateway" }
    const id = OwnMounts.containerOf(table)
    if (id !== undefined && isDerived()) {
      return unknown("this process has other mounts than the first one of its container")
    }
    const own = id === undefined ? undefined : yield* candidates(engine, socket, id)
    if (own !== undefined) {
      if (typeof own === "string") return unknown(own)
      const verdict = OwnMounts.judge(own, table, (path) => RealPaths.resolve(path).resolved)
      return verdict._tag === "Mapped" ? verdict : unknown(verdict.why)
    }
    const real = RealPaths.resolve(socket).resolved
    const isCovered = MountTable.visible(table, real)?.point === real
    if (!isCovered && DaemonProcess.seesSameFiles(socket)) return { _tag: "Same" }
    return unknown(
      id === undefined
        ? "nothing here tells which container this is, if it is one, and no dockerd that sees the same files can be found"
        : `the daemon knows no container ${OwnMounts.short(id)}, and no dockerd that sees the same files can be found`
    )
  })

/** Whether the first process here is in another mount namespace, as for one in a sandbox. */
const isDerived = (): boolean => {
  const first = DaemonProcess.mountNamespace("1")
  return first !== undefined && first !== DaemonProcess.mountNamespace("self")
}

/** The container, and those that share its network; nothing if the daemon does not have it; a text says why it is not known. */
const candidates = (
  engine: Engine,
  socket: string,
  id: string
): Effect.Effect<ReadonlyArray<OwnMounts.Container> | string | undefined> =>
  Effect.gen(function*() {
    const inspect = (one: string) => engine.ask(socket, `/containers/${one}/json`)
    const first = yield* inspect(id)
    if (first._tag === "Unusable" && first.status === 404) return undefined
    const others = yield* engine.ask(socket, "/containers/json")
    const sharing = others._tag === "Answered" ? ContainerInspect.sharingNetwork(others.info, id) : undefined
    if (sharing === undefined) return "the daemon does not tell which containers share a network"
    const all = [first, ...(yield* Effect.forEach(sharing.filter((one) => one !== id), inspect))]
    // one that is gone by now is not this one
    const answers = all.filter((one) => one._tag !== "Unusable" || one.status !== 404)
    const decoded = answers.map((one) => one._tag === "Answered" ? ContainerInspect.decode(one.info) : undefined)
    const known = decoded.filter((one) => one !== undefined)
    if (known.length < answers.length) return "the daemon's description of a container is not understood"
    return known[0]?.id === id ? known : "the daemon describes another container than the one asked for"
  })
