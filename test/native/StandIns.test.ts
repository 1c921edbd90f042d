/**
 * The modules that the stand-alone executable has in place of some of the program's: the same exports, of the same types.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it, vi } from "vitest"
import * as CoreDigest from "../../src/core/syntax/Digest.ts"
import * as CompiledParts from "../../src/native/CompiledParts.ts"
import * as Digest from "../../src/native/Digest.ts"
import * as Gateway from "../../src/native/Gateway.ts"
import * as InheritedDescriptors from "../../src/native/InheritedDescriptors.ts"
import * as Memory from "../../src/native/Memory.ts"
import * as NodeVariables from "../../src/native/NodeVariables.ts"
import * as RawText from "../../src/native/RawText.ts"
import * as ShellGateway from "../../src/shell/gateway/Gateway.ts"
import * as ShellCompiledParts from "../../src/shell/process/CompiledParts.ts"
import * as ShellInheritedDescriptors from "../../src/shell/process/InheritedDescriptors.ts"
import * as ShellMemory from "../../src/shell/process/Memory.ts"
import * as ShellNodeVariables from "../../src/shell/process/NodeVariables.ts"
import * as ShellRawText from "../../src/shell/process/RawText.ts"
import { repository } from "../shell/program.ts"

// only the executable has it; nothing here is called
vi.mock("docker-shim:host", () => ({}))

const pairs = {
  Digest: [Digest satisfies typeof CoreDigest, CoreDigest],
  Gateway: [Gateway satisfies typeof ShellGateway, ShellGateway],
  CompiledParts: [CompiledParts satisfies typeof ShellCompiledParts, ShellCompiledParts],
  InheritedDescriptors: [
    InheritedDescriptors satisfies typeof ShellInheritedDescriptors,
    ShellInheritedDescriptors
  ],
  Memory: [Memory satisfies typeof ShellMemory, ShellMemory],
  NodeVariables: [
    NodeVariables satisfies typeof ShellNodeVariables,
    ShellNodeVariables
  ],
  RawText: [RawText satisfies typeof ShellRawText, ShellRawText]
} as const

describe("stand-ins for the program's own modules", () => {
  it.each(Object.entries(pairs))("%s exports what the module exports", (_, [standIn, original]) => {
    assert.deepStrictEqual(Object.keys(standIn).sort(), Object.keys(original).sort())
  })

  it("are all compared here", () => {
    const script = fs.readFileSync(path.join(repository, "scripts/release/build-standalone.mjs"), "utf8")
    const named = [...script.matchAll(/"src\/(?:core|shell)\/\w+\/(\w+)\.ts", "src\/native\/\1\.ts"/g)].map((
      [, name]
    ) => name)
    assert.deepStrictEqual(named, Object.keys(pairs))
  })
})
