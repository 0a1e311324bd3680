import type { RedisOptions } from 'ioredis';

export interface ClusterAddress {
  /** Those of the nodes that are asked first. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** For every node, also those that the cluster names itself. */
  readonly credentials: Pick<RedisOptions, 'username' | 'password' | 'tls'>;
}

const PORT = 6379;

/** Reads addresses `redis://user:password@host:port,redis://…`. User, password and TLS are the first one's. */
export function clusterAddress(urls: string): ClusterAddress {
  const addresses = urls.split(/,(?=rediss?:)/).map(url => new URL(url));
  const [first] = addresses;
  return {
    nodes: addresses.map(({ hostname, port }) => ({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? PORT : Number(port),
    })),
    credentials: {
      ...(first?.username && { username: decodeURIComponent(first.username) }),
      ...(first?.password && { password: decodeURIComponent(first.password) }),
      ...(first?.protocol === 'rediss:' && { tls: {} }),
    },
  };
}
