/**
 * Build contexts and Dockerfiles that the builder fetches, such as `https://host/team/app.git#main`.
 */

/**
 * Whether a context or Dockerfile is fetched: a URL, a GitHub repository, or `user@host:path`.
 *
 * **Details**
 *
 * buildx 0.29.1 asks buildkit 0.25 (`util/gitutil/git_ref.go`). Every scheme counts here: of a path that is wrongly taken
 * for a URL only the name of its entry changes.
 */
export const is = (text: string): boolean => urlForm.test(text) || hostPathForm.test(text) || text.startsWith(gitHub)

/**
 * A remote context as it may stand in a key: without user info, query, token or commit.
 *
 * **Details**
 *
 * A branch or tag and a directory stay, also where they are given as `?ref=` and `?subdir=`; a commit goes, because each
 * new one would have an entry of its own. What stands before the last `@` goes as well if there is no plain host in front:
 * of `https://user:to/ken@host/app.git` docker makes nothing, but its token must not become a file's name either.
 *
 * **Example** (Names)
 *
 * `https://user:token@host/app.git?token=x#main:web` → `https://host/app.git#main:web`;
 * `git@host:team/app.git#3f2a9c1d` → `host:team/app.git`.
 */
export const print = (text: string): string => {
  const [, scheme = "", rest = ""] = urlForm.exec(text) ?? ["", "", text]
  const bare = scheme === "" ? rest.replace(hostPathForm, "$1:") : withoutUserInfo(rest)
  const [place = "", ...fragments] = bare.split("#")
  const [base = "", ...queries] = place.split("?")
  const { directory, reference } = selected(fragments.join("#"), queries.join("?"))
  const fragment = directory === "" ? reference : `${reference}:${directory}`
  return `${scheme.toLowerCase()}${base}${fragment === "" ? "" : `#${fragment}`}`
}

const urlForm = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)(.*)$/s
const hostPathForm = /^[^/#?]+@([\w.-]+):/
const gitHub = "github.com/"
const plainHost = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:\/|$)/

/** A URL after its scheme, without the part up to the last `@` before a plain host. All but broken URLs have one. */
const withoutUserInfo = (rest: string): string => {
  const [authority = ""] = rest.split(/[/?#]/)
  const at = authority.lastIndexOf("@") + 1
  if (plainHost.test(rest.slice(at))) return rest.slice(at)
  return rest.slice(rest.lastIndexOf("@") + 1)
}

const selected = (
  fragment: string,
  query: string
): { readonly reference: string; readonly directory: string } => {
  const [reference = "", ...directories] = (fragment.split("?")[0] ?? "").split(":")
  const parameters = query.split("&").map((one) => one.split("="))
  const parameter = (...names: ReadonlyArray<string>): string =>
    parameters.find(([name]) => names.includes(name ?? ""))?.[1] ?? ""
  return {
    reference: withoutCommit(reference || parameter("ref", "branch", "tag")),
    directory: directories.join(":") || parameter("subdir")
  }
}

const withoutCommit = (reference: string): string => /^[0-9a-f]{7,64}$/i.test(reference) ? "" : reference
