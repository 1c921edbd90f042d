/**
 * A process group that did not end in its time: what its processes do, for the failed test to say, and their end.
 */
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

interface Member {
  readonly pid: number
  readonly state: string
  readonly words: string
}

/** A line for each process: `4711 S futex_wait_queue docker compose build` is its state, what it waits for, its words. */
export const describe = (leader: number): string =>
  members(leader).map(({ pid, state, words }) => `${pid} ${state} ${read(pid, "wchan")} ${words}`).join("\n")

/**
 * Ends them all with SIGKILL. Docker's own programs are asked before what each thread does, which Go prints on stderr for
 * SIGQUIT (`runtime`, "SIGQUIT causes the program to exit with a stack dump").
 */
export const end = async (leader: number): Promise<void> => {
  const dockers = members(leader).filter(({ words }) => /^(?:\S*\/)?docker(?:-\w+)? /.test(words))
  for (const { pid } of dockers) send(pid, "SIGQUIT")
  if (dockers.length > 0) await sleep(1_000)
  send(-leader, "SIGKILL")
}

const members = (leader: number): ReadonlyArray<Member> =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).flatMap((pid) => {
    const [state = "", , group] = read(pid, "stat").replace(/^.*\) /s, "").split(" ")
    const words = read(pid, "cmdline").replaceAll("\0", " ").trim()
    return Number(group) === leader ? [{ pid, state, words }] : []
  })

const read = (pid: number, what: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8")
  } catch {
    return "" // it ended meanwhile
  }
}

/** Sends a signal to a process, or to a group as `-leader`. */
export const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch { /* ended by itself meanwhile */ }
}
