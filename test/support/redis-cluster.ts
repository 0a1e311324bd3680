import type { Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { startRedis, type TestRedis } from './redis.ts';

const MASTERS = 3;
const SLOTS = 16_384;
/** A node that is silent for so long counts as failed, and with it all of a cluster without replicas. */
const NODE_TIMEOUT_MS = 5_000;
const JOIN_SECONDS = 30;

interface Node extends TestRedis {
  readonly port: string;
  /** Where the nodes speak with one another. */
  readonly busPort: string;
  readonly id: string;
}

/** A Redis Cluster of the test's own: masters without replicas, each with its share of the slots. */
export interface TestRedisCluster {
  /** As in `REDIS_URL`. */
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  /** The one that has the slot of this key or channel. */
  nodeOf(key: string): Promise<TestRedis>;
  /** Gives the slot of a channel to another node; it holds no keys. */
  move(channel: string): Promise<void>;
  /** Ends the one that has the slot of this channel, after a replica, which takes its place, has joined. @returns that */
  replaceNodeOf(channel: string): Promise<TestRedis>;
  /** Forgets all keys. */
  empty(): Promise<void>;
}

/** Starts one, which takes about three seconds. */
export async function startRedisCluster(t: Scope): Promise<TestRedisCluster> {
  const nodes = await Promise.all(Array.from({ length: MASTERS }, () => startNode(t)));
  const [first] = nodes;
  if (!first) throw new Error('A cluster needs nodes.');
  await join(first, nodes);

  const slotOf = async (key: string) => Number(await first.command('CLUSTER', 'KEYSLOT', key));
  const ownerOf = async (slot: number) => await eventually(async () => nodes[await indexOfOwner(slot)]);

  async function indexOfOwner(slot: number): Promise<number> {
    const listed = await Promise.all(nodes.map(async node => (await ownSlots(node)).some(has(slot))));
    return listed.indexOf(true);
  }

  return {
    url: first.url,
    nodes,
    nodeOf: async key => await ownerOf(await slotOf(key)),

    async move(channel) {
      const slot = await slotOf(channel);
      const owner = await ownerOf(slot);
      const others = nodes.filter(node => node !== owner);
      const heir = others[0] ?? owner;
      // Importing lets its epoch rise above the owner's, whose messages that are late would take the slot back.
      await heir.command('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', owner.id);
      // The heir first, for the owner ends the subscriptions and says where they belong.
      for (const node of [heir, owner, ...others.slice(1)]) {
        await node.command('CLUSTER', 'SETSLOT', String(slot), 'NODE', heir.id);
      }
    },

    async replaceNodeOf(channel) {
      const master = await ownerOf(await slotOf(channel));
      const replica = await startNode(t);
      await meet(first, replica);
      await eventually(() => knows(replica, master), JOIN_SECONDS);
      await replica.command('CLUSTER', 'REPLICATE', master.id);
      await eventually(() => isInStep(replica), JOIN_SECONDS);
      await master.stop();
      await replica.command('CLUSTER', 'FAILOVER', 'TAKEOVER');
      return replica;
    },

    async empty() {
      for (const node of nodes) await node.command('FLUSHALL');
    },
  };
}

async function startNode(t: Scope): Promise<Node> {
  const busPort = await freePort();
  const redis = await startRedis(t, true, {
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-node-timeout': NODE_TIMEOUT_MS,
  });
  const id = String(await redis.command('CLUSTER', 'MYID'));
  return { ...redis, port: new URL(redis.url).port, busPort: String(busPort), id };
}

/** Makes the nodes one cluster. */
async function join(first: Node, nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [i, node] of nodes.entries()) {
    const range = [i * share, Math.min((i + 1) * share, SLOTS) - 1].map(String);
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
    await node.command('CLUSTER', 'ADDSLOTSRANGE', ...range);
    if (node !== first) await meet(first, node);
  }
  for (const node of nodes) await eventually(() => isWhole(node, nodes.length), JOIN_SECONDS);
}

async function meet(first: Node, node: Node): Promise<void> {
  await first.command('CLUSTER', 'MEET', '127.0.0.1', node.port, node.busPort);
}

async function knows(node: Node, other: Node): Promise<boolean> {
  return String(await node.command('CLUSTER', 'NODES')).includes(other.id);
}

async function isInStep(replica: TestRedis): Promise<boolean> {
  return String(await replica.command('INFO', 'replication')).includes('master_link_status:up');
}

async function isWhole(node: TestRedis, size: number): Promise<boolean> {
  const info = String(await node.command('CLUSTER', 'INFO'));
  return info.includes('cluster_state:ok') && info.includes(`cluster_size:${size}`);
}

/** As a node sees itself: `<id> <address> myself,master - 0 0 2 connected 5462-9000 9002-10923`. */
async function ownSlots(node: TestRedis): Promise<readonly string[]> {
  const lines = String(await node.command('CLUSTER', 'NODES')).split('\n');
  return (
    lines
      .find(line => line.includes('myself'))
      ?.split(' ')
      .slice(8) ?? []
  );
}

/** Whether a range `5462-9000`, or a single slot, has this one. */
function has(slot: number): (range: string) => boolean {
  return range => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return from <= slot && slot <= to;
  };
}
