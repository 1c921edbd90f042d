/**
 * Draws docs/explain.svg: what `docker-shim explain` prints on a terminal, from a real run with the real docker on `PATH`.
 * `npx vite-node scripts/scenario/picture.ts`.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Suite from "../../test/real-docker/Suite.ts"
import { repository, shimDirectory } from "../../test/shell/program.ts"

const command = "docker-shim explain -- docker run -v ./src:/app -e TOKEN=abc web ls"

/** Runs the command on a terminal of 100 columns; places that differ between machines get their usual names. */
const record = async (): Promise<string> => {
  const { bin } = await Suite.locate("28.5")
  const shim = shimDirectory("docker", "docker-shim")
  try {
    const work = path.join(shim.directory, "work")
    fs.mkdirSync(path.join(work, "app/src"), { recursive: true })
    const output = execFileSync("script", ["-qec", `stty cols 100; ${command}`, "/dev/null"], {
      cwd: path.join(work, "app"),
      encoding: "utf8",
      env: {
        PATH: `${shim.directory}:${bin}:/usr/bin:/bin`,
        HOME: shim.directory,
        TERM: "xterm-256color",
        WORKSPACE_DIR: "/data/workspaces/ses1",
        DOCKER_SHIM_USER_PATH: work
      }
    })
    return output.replaceAll("\r", "").replaceAll(work, "/home/retro/work").replaceAll(bin, "/usr/bin")
  } finally {
    shim.remove()
  }
}

/** On this picture's own dark ground, which is readable on light and dark pages alike. */
const colours: Readonly<Record<string, string>> = {
  "31": "#ff8f85",
  "32": "#8fdc8f",
  "33": "#e8cf7c",
  "34": "#8ab8ff",
  "35": "#d9a6f2",
  "36": "#7fd8d8"
}
const look = (codes: ReadonlyArray<string>): string =>
  [
    `fill="${codes.map((code) => colours[code]).find((one) => one !== undefined) ?? "#e6e6e6"}"`,
    ...(codes.includes("1") ? ["font-weight=\"bold\""] : []),
    ...(codes.includes("2") ? ["opacity=\"0.65\""] : [])
  ].join(" ")

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** One line of a terminal as spans, each looking as the codes before it say. */
const spans = (line: string): string => {
  let codes: ReadonlyArray<string> = []
  // the escape character begins a code
  return line.split("\u001b[").map((piece, at) => {
    const [, set = "", text = ""] = at === 0 ? ["", undefined, piece] : /^([\d;]*)m(.*)$/.exec(piece) ?? []
    if (at > 0) codes = set.split(";").reduce<ReadonlyArray<string>>((now, code) => next(now, code), codes)
    return text === "" ? "" : `<tspan ${look(codes)}>${escape(text)}</tspan>`
  }).join("")
}

/** 0 and nothing end all; 22 ends bold and dim, 39 the colour (ECMA-48). */
const next = (codes: ReadonlyArray<string>, code: string): ReadonlyArray<string> => {
  if (code === "" || code === "0") return []
  if (code === "22") return codes.filter((one) => one !== "1" && one !== "2")
  return code === "39" ? codes.filter((one) => colours[one] === undefined) : [...codes, code]
}

const draw = (lines: ReadonlyArray<string>): string => {
  const height = lines.length * 18 + 32
  const texts = lines.map((line, at) => `  <text x="16" y="${at * 18 + 30}" xml:space="preserve">${spans(line)}</text>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${height}" role="img" aria-label="${escape(command)}">`,
    `  <rect width="800" height="${height}" rx="8" fill="#1d2129"/>`,
    "  <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"13\">",
    ...texts,
    "  </g>",
    "</svg>",
    ""
  ].join("\n")
}

const printed = (await record()).trimEnd().split("\n")
fs.writeFileSync(path.join(repository, "docs/explain.svg"), draw([`$ ${command}`, ...printed]))
