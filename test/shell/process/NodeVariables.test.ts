import { assert, describe, it } from "vitest"
import * as NodeVariables from "../../../src/shell/process/NodeVariables.ts"

describe("NodeVariables", () => {
  it("are put back for the programs that the shim starts, and kept ones are removed", () => {
    const env: NodeJS.ProcessEnv = {
      PATH: "/bin",
      DOCKER_SHIM_NODE_OPTIONS: "--inspect",
      DOCKER_SHIM_NODE_EXTRA_CA_CERTS: "",
      NODE_PATH: "/n"
    }
    NodeVariables.restore(env)
    assert.deepStrictEqual({ ...env }, { PATH: "/bin", NODE_OPTIONS: "--inspect", NODE_PATH: "/n" })
  })

  it("stay unset where nothing was kept", () => {
    const env = { PATH: "/bin" }
    NodeVariables.restore(env)
    assert.deepStrictEqual(env, { PATH: "/bin" })
  })
})
