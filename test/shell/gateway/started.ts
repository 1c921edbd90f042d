/**
 * A gateway in the test's own process, between the sockets `gateway` and `daemon` of its directory.
 */
import * as Gateway from "../../../src/shell/gateway/Gateway.ts"
import type { Translator } from "../../../src/shell/gateway/Translator.ts"

/** Starts one; the daemon has to listen. Its reports go to the list. */
export const started = (
  at: (name: string) => string,
  translator: Translator,
  reports: Array<string>
): Promise<Gateway.Gateway> =>
  Gateway.start({
    listen: { path: at("gateway"), like: at("daemon") },
    daemon: at("daemon"),
    translator,
    report: (line) => reports.push(line),
    presence: () => "a gateway"
  })
