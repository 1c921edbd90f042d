/**
 * `docker-shim explain --api -- POST /containers/create body.json`: what the gateway makes of a request; nothing is sent.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as Masking from "../../core/argv/Masking.ts"
import { masked } from "../../core/ExecPlan.ts"
import * as Settings from "../../core/settings/Settings.ts"
import * as SessionDaemonCheck from "../doctor/SessionDaemonCheck.ts"
import { attempt } from "../files/Attempt.ts"
import * as ApiTranslation from "../gateway/ApiTranslation.ts"
import * as Place from "../gateway/Place.ts"
import { maxBody } from "../gateway/Translator.ts"
import { EngineInfo } from "../services/EngineInfo.ts"
import * as OwnMounts from "../services/OwnMounts.ts"
import type { Call, UsageError } from "./Call.ts"
import * as ExplanationPage from "./ExplanationPage.ts"
import { Output } from "./Output.ts"

/**
 * Explains the request that the call's subject names: its method, its path, and the file with its body; without a file
 * or for `-`, standard input.
 */
export const explain = (call: Call, asJson: boolean): Effect.Effect<void, Settings.SettingError | UsageError, Output> =>
  Effect.gen(function*() {
    const [method, target, file = "-", ...more] = call.subject
    if (method === undefined || target?.startsWith("/") !== true || more.length > 0) {
      return yield* usage("--api needs a method and a path, such as POST /containers/create [body.json]")
    }
    const decoded = Settings.decode(call.invocation.env, call.invocation.machine)
    if ("_tag" in decoded) return yield* Effect.fail(decoded)
    const body = attempt(() => read(file))
    if (body === undefined) return yield* usage(`${file === "-" ? "standard input" : file} cannot be read`)
    if (body === tooLarge) {
      return yield* usage(`${file} is larger than ${maxBody} bytes, which the gateway does not translate`)
    }
    const output = yield* Output
    const { notices: found, settings } = yield* settle(call, decoded)
    const translated = ApiTranslation.translate(settings, Place.usual, { method, target, body })
    const outcome = translated ?? { target, body, refused: undefined, changes: [], notices: [], leftAlone: [] }
    const notices = [...found, ...outcome.notices].map(({ text }) => text)
    if (asJson) return yield* output.json({ method, ...outcome, refused: outcome.refused?.why, notices })
    yield* output.write(ExplanationPage.printRequest({
      typed: `${method} ${target}`,
      changes: outcome.changes.map(masked),
      leftAlone: outcome.leftAlone.map((one) => ({
        ...one,
        value: Masking.text(one.value),
        why: Masking.text(one.why)
      })),
      notices: [...remarks(translated), ...notices.map(Masking.text)]
    }, output.terminal))
  })

/** What there is to say of a request that passes as it is, or not at all. */
const remarks = (translated: ApiTranslation.Translated | undefined): ReadonlyArray<string> => {
  if (translated === undefined) {
    return ["the gateway passes such a request on unread: it holds no paths of the daemon's"]
  }
  const { changes, refused } = translated
  if (refused !== undefined) {
    return [`the gateway refuses the request: its ${refused.part} cannot be read (${refused.why})`]
  }
  return changes.length === 0 ? ["the gateway does not change the request"] : []
}

/** The settings as they are for the daemon that clients use here. */
const settle = (call: Call, settings: Settings.Settings): ReturnType<typeof OwnMounts.settle> => {
  const socket = SessionDaemonCheck.socketOf(call.invocation, settings)
  return Effect.flatMap(EngineInfo.make, (engine) => OwnMounts.settle(engine, settings, socket, call.invocation.env))
}

const tooLarge = Symbol("too large")

/** The body, as far as it is one that the gateway would translate. */
const read = (file: string): string | typeof tooLarge => {
  const descriptor = file === "-" ? 0 : fs.openSync(file, "r")
  try {
    const chunks: Array<Buffer> = []
    for (let size = 0; size <= maxBody;) {
      const chunk = Buffer.alloc(1 << 16)
      const count = fs.readSync(descriptor, chunk)
      if (count === 0) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
      chunks.push(chunk.subarray(0, count))
      size += count
    }
    return tooLarge
  } finally {
    if (descriptor !== 0) fs.closeSync(descriptor)
  }
}

const usage = (text: string): Effect.Effect<never, UsageError> => Effect.fail({ _tag: "UsageError", text })
