/**
 * Asks Compose for the model of a call's project.
 */
import * as Argv from "../../argv/Argv.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as FileList from "../../compose/FileList.ts"
import type * as Question from "../../facts/Question.ts"
import type { Env } from "../../Invocation.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/** Asks with the call's own global flags and what the plan changes in the environment. */
export const ask = (
  call: ComposeCall.ComposeCall,
  how: { readonly profiles: "all" | "own"; readonly env: Question.Questions["ComposeModel"]["env"] },
  situation: Situation
): Planning.Planning<Question.Answers["ComposeModel"]> => {
  const { invocation } = situation
  return Planning.ask(situation, {
    _tag: "ComposeModel",
    form: call.form,
    globals: Argv.print(call.line.globals),
    flags: Argv.print(call.line.group),
    env: how.env,
    profiles: how.profiles,
    services: how.profiles === "all" ? ComposeCall.services(call) : [],
    descriptors: FileList.descriptors(call, invocation),
    search: FileList.search(call, { ...invocation, env: extended(invocation.env, how.env) })
  })
}

const extended = (env: Env, changes: Question.Questions["ComposeModel"]["env"]): Env => ({
  ...env,
  ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]))
})
