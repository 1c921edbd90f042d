/**
 * Translates requests by the rules of the command line, with the settings as they are at that moment.
 */
import * as SourceTranslation from "../../core/paths/SourceTranslation.ts"
import * as ApiRequest from "../../core/plan/api/ApiRequest.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import * as ApiTranslation from "./ApiTranslation.ts"
import type { FoundSettings } from "./FoundSettings.ts"
import type { Outcome, Translator } from "./Translator.ts"

/** The translator for these settings; `place` is the gateway's own socket. */
export const make = ({ asks, current, last }: FoundSettings, place: string): Translator => ({
  translates: (method, target) =>
    (asks || SourceTranslation.mapsPaths(last())) && ApiRequest.kindOf(method, target) !== undefined,
  translate: (method, target, body) => {
    const request = { method, target, body }
    return asks ? current().then((settings) => translate(settings, place, request)) : translate(last(), place, request)
  }
})

const translate = (settings: Settings, place: string, request: ApiRequest.ApiRequest): Outcome => {
  const outcome = ApiTranslation.translate(settings, place, request)
  if (outcome === undefined) return { _tag: "Body", body: request.body }
  if (outcome.refused !== undefined) return { _tag: "Refused", ...outcome.refused }
  const { body, changes, notices, target } = outcome
  Reporter.notices(settings.verbosity, notices.map(({ text }) => text))
  if (settings.verbosity === "debug") {
    Reporter.notices("debug", changes.map((one) => `${one.what}: ${one.from} -> ${one.to} (${one.why})`))
  }
  return { _tag: "Body", body, target }
}
