/** Remembers that the shim looked for containers or volumes under another name of a project: once for each project and daemon. */
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { Env } from "../../core/Invocation.ts"
import * as DaemonSocket from "../builder/DaemonSocket.ts"
import * as Remembered from "../files/Remembered.ts"

/** The action that looks. */
export type Look = Extract<CacheAction.Before, { readonly _tag: "LookForOtherName" }>

/**
 * The daemon's socket, and the file that will say that it was asked; `undefined` if it was, if it cannot be asked, or if nothing is
 * remembered.
 */
export const place = (
  action: Look,
  env: Env
): { readonly socket: string; readonly file: string } | undefined => {
  const socket = DaemonSocket.find(action.endpoint, env)
  const directory = Remembered.directory(env, "said")
  if (socket === undefined || directory === undefined) return undefined
  const file = Remembered.place(directory, [action.kind, action.other, action.text, socket])
  return Remembered.read(file, 0, (value) => value === true ? true : undefined) === true ? undefined : { socket, file }
}

/** Whether there is nothing to look for any more. */
export const isOver = (action: Look, env: Env): boolean => place(action, env) === undefined
