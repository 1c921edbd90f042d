/**
 * The connection to the daemon that a client's connection of HTTP/1.1 has: one after the other, its requests go over the same
 * one, as they would without a gateway. Nothing of one client ever reaches another.
 */
import { Agent } from "node:http"
import { connect, type Socket } from "node:net"

const agents = new WeakMap<Socket, Agent>()

/**
 * The agent that asks the daemon at a socket for what comes over a client's connection.
 *
 * **Details**
 *
 * It connects with the first request, and again where the daemon has ended the connection meanwhile, as one that is restarted
 * does. What it has ends with the client's connection.
 */
export const of = (daemon: string, client: Socket): Agent => {
  const known = agents.get(client)
  if (known !== undefined) return known
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  Object.assign(agent, { createConnection: () => connect({ path: daemon }) })
  agents.set(client, agent)
  client.once("close", () => agent.destroy())
  return agent
}
