import { assert, it } from "@effect/vitest"
import * as ProgramForm from "../../../src/shell/process/ProgramForm.ts"

it("the Node form is a script, and any other file is the executable", () => {
  assert.isFalse(ProgramForm.isExecutable("/opt/docker-shim/dist/docker-shim.cjs"))
  assert.isTrue(ProgramForm.isExecutable("/usr/local/bin/docker-shim"))
  assert.isTrue(ProgramForm.isExecutable("/opt/program.cjs/docker"))
})
