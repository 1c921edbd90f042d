/**
 * The pages of docker-shim's own command.
 */
import * as Cli from "../../../src/shell/cli/Cli.ts"
import type * as CommandPage from "../../../src/shell/cli/CommandPage.ts"

/** Each command's page with the pages above it. */
const paths = (
  above: ReadonlyArray<CommandPage.CommandPage>
): ReadonlyArray<ReadonlyArray<CommandPage.CommandPage>> => [
  above,
  ...(above.at(-1)?.commands ?? []).flatMap((one) => paths([...above, one]))
]
/** Each by the words of its command. */
export const pages = paths([Cli.root]).map((one) => [one.map(({ name }) => name).join(" "), one] as const)
